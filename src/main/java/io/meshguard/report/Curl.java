package io.meshguard.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Credentials;
import io.meshguard.resource.Cursor;
import io.meshguard.rule.SafeText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A witness that is a request, as a command that sends it. */
final class Curl {

  private Curl() {}

  /**
   * Returns the name of a header or parameter whose value must not be shown, without which there is
   * no request to send; empty where there is none.
   */
  static Optional<String> hidden(JsonNode witness) {
    Cursor request = Cursor.root(witness);
    return Stream.of("headers", "query")
        .flatMap(part -> request.at(part).fields().stream())
        .map(Cursor.Field::name)
        .filter(Credentials::isName)
        .findFirst();
  }

  /** Returns the command; empty where the witness tells of no HTTP request that can be sent. */
  static Optional<String> of(JsonNode witness) {
    Cursor request = Cursor.root(witness);
    Optional<String> path = request.at("path").text().filter(p -> p.startsWith("/"));
    Optional<String> host = request.at("authority").text();
    if (path.isEmpty() || host.isEmpty() || hidden(witness).isPresent()) {
      return Optional.empty();
    }
    StringBuilder command = new StringBuilder("curl");
    String method = request.at("method").text("GET");
    if (method.equals("HEAD")) {
      // With -X HEAD it would wait for a body.
      command.append(" -I");
    } else if (!method.equals("GET")) {
      command.append(" -X ").append(quoted(method));
    }
    for (Cursor.Field header : request.at("headers").fields()) {
      // one that is sent several times is a list
      List<Cursor> values =
          header.value().isArray() ? header.value().each() : List.of(header.value());
      for (Cursor sent : values) {
        String value = sent.text("");
        // "name:" would take a header away, "name;" sends an empty one.
        String line = header.name() + (value.isEmpty() ? ";" : ": " + value);
        command.append(" -H ").append(quoted(line));
      }
    }
    String scheme = request.at("scheme").text("http");
    String url =
        scheme
            + "://"
            + host.get()
            + port(request, scheme, host.get())
            + path.get()
            + query(request);
    if (url.chars().anyMatch(c -> "[]{}".indexOf(c) >= 0)) {
      command.append(" -g");
    }
    return Optional.of(command.append(' ').append(quoted(url)).toString());
  }

  /** Left out where the scheme says it, or the authority has one; an IPv6 address stands in []. */
  private static String port(Cursor request, String scheme, String host) {
    boolean given = host.indexOf(':', host.indexOf(']') + 1) >= 0;
    long port = request.at("port").integer().orElse(-1);
    boolean usual = port == (scheme.equals("https") ? 443 : 80);
    return given || usual || port < 0 ? "" : ":" + port;
  }

  private static String query(Cursor request) {
    StringBuilder query = new StringBuilder();
    for (Cursor.Field field : request.at("query").fields()) {
      // As it is: Envoy compares what is sent.
      query.append(query.isEmpty() ? '?' : '&').append(field.name());
      query.append('=').append(field.value().text(""));
    }
    return query.toString();
  }

  private static String quoted(String word) {
    return ShellWord.of(SafeText.escape(word));
  }
}
