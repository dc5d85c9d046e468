package io.meshguard.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Cursor;
import io.meshguard.rule.SafeText;
import java.util.List;
import java.util.Optional;

/** A witness that is a request, as a command that sends it. */
final class Curl {

  private Curl() {}

  /** Returns the command; empty where the witness tells of no HTTP request. */
  static Optional<String> of(JsonNode witness) {
    Cursor request = Cursor.root(witness).at("request");
    request = request.isObject() ? request : Cursor.root(witness);
    Optional<String> path = request.at("path").text().filter(p -> p.startsWith("/"));
    Optional<String> host = request.at("authority").text();
    if (path.isEmpty() || host.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder command = new StringBuilder("curl");
    String method = request.at("method").text("GET");
    if (!method.equals("GET")) {
      command.append(" -X ").append(quoted(method));
    }
    for (Cursor.Field header : request.at("headers").fields()) {
      // one that is sent several times is a list
      List<Cursor> values =
          header.value().isArray() ? header.value().each() : List.of(header.value());
      for (Cursor sent : values) {
        String value = Secrets.isSensitive(header.name()) ? "…" : sent.text("");
        command.append(" -H ").append(quoted(header.name() + ": " + value));
      }
    }
    String scheme = request.at("scheme").text("http");
    String url = scheme + "://" + host.get() + port(request, host.get()) + path.get();
    return Optional.of(command.append(' ').append(quoted(url + query(request))).toString());
  }

  private static String port(Cursor request, String host) {
    boolean given = host.indexOf(':') >= 0 || request.at("port").integer().isEmpty();
    return given ? "" : ":" + request.at("port").integer().getAsLong();
  }

  private static String query(Cursor request) {
    StringBuilder query = new StringBuilder();
    for (Cursor.Field field : request.at("query").fields()) {
      query.append(query.isEmpty() ? '?' : '&').append(encoded(field.name()));
      query.append('=').append(encoded(field.value().text("")));
    }
    return query.toString();
  }

  private static String encoded(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String quoted(String word) {
    return ShellWord.of(SafeText.escape(word));
  }
}
