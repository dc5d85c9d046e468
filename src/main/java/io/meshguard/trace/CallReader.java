package io.meshguard.trace;

import io.meshguard.trace.Call.Wire;
import io.meshguard.trace.CallException.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a request as people write it: {@code GET http://host/path}, {@code https://host/}, {@code
 * tcp://10.0.0.7:6379}, {@code tls://host:443} (RFC 9110 sections 4.2 and 9.1, RFC 3986).
 */
public final class CallReader {

  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  private CallReader() {}

  /**
   * Reads a request.
   *
   * @param words a URL, or a method and a URL, also as one text
   * @param headers headers, each {@code name: value}; {@code Host} says the authority
   * @param version version of HTTP, {@code 1.0}, {@code 1.1} or {@code 2}; empty for 1.1
   * @param serverName the server name of TLS; empty for the host of the URL
   * @throws CallException if no client can send that
   */
  public static Call read(
      List<String> words,
      List<String> headers,
      Optional<String> version,
      Optional<String> serverName)
      throws CallException {
    List<String> parts = new ArrayList<>();
    for (String word : words) {
      parts.addAll(List.of(word.strip().split("\\s+", -1)));
    }
    if (parts.isEmpty() || parts.size() > 2 || parts.get(0).isEmpty()) {
      throw new CallException(Reason.WORDS, String.join(" ", words));
    }
    String url = parts.get(parts.size() - 1);
    int at = url.indexOf("://");
    if (at < 0) {
      throw new CallException(Reason.RELATIVE, url);
    }
    String scheme = url.substring(0, at).toLowerCase(Locale.ROOT);
    String rest = url.substring(at + 3);
    return switch (scheme) {
      case "http", "https" -> http(parts, scheme, rest, headers, version, serverName);
      case "tcp", "tls" -> bytes(parts, scheme, rest, headers, serverName);
      default -> throw new CallException(Reason.SCHEME, scheme);
    };
  }

  private static Call bytes(
      List<String> parts,
      String scheme,
      String rest,
      List<String> headers,
      Optional<String> serverName)
      throws CallException {
    boolean tls = scheme.equals("tls");
    if (parts.size() > 1 || !headers.isEmpty()) {
      throw new CallException(Reason.NOT_HTTP, scheme + "://" + rest);
    }
    String plain = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    if (plain.indexOf('/') >= 0) {
      throw new CallException(Reason.PATH, plain.substring(plain.indexOf('/')));
    }
    Authority authority = Authority.of(plain, tls ? 443 : 0);
    Optional<String> name =
        tls ? serverName.or(() -> Optional.of(authority.host())) : Optional.empty();
    return new Call(
        tls ? Wire.TLS : Wire.TCP,
        "",
        "",
        authority.host(),
        authority.port(),
        "",
        "",
        Map.of(),
        "",
        Map.of(),
        name,
        true);
  }

  private static Call http(
      List<String> parts,
      String scheme,
      String rest,
      List<String> headers,
      Optional<String> version,
      Optional<String> serverName)
      throws CallException {
    String method = parts.size() == 2 ? parts.get(0) : "GET";
    if (!isToken(method)) {
      throw new CallException(Reason.METHOD, method);
    }
    int end = endOfAuthority(rest);
    String target = rest.substring(end);
    if (target.indexOf('#') >= 0 || target.chars().anyMatch(c -> c <= ' ' || c == 127)) {
      throw new CallException(Reason.PATH, target);
    }
    boolean https = scheme.equals("https");
    Authority authority = Authority.of(rest.substring(0, end), https ? 443 : 80);
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark + 1);
    Map<String, List<String>> read = headers(headers);
    List<String> host = read.remove("host");
    String sent = host == null ? authority.asSent(https ? 443 : 80) : host.get(0);
    return new Call(
        wire(version),
        method,
        scheme,
        authority.host(),
        authority.port(),
        sent,
        path.isEmpty() ? "/" : path,
        firstValues(query),
        query,
        read,
        https ? serverName.or(() -> Optional.of(authority.host())) : Optional.empty(),
        true);
  }

  private static int endOfAuthority(String rest) {
    int end = rest.length();
    for (char c : new char[] {'/', '?', '#'}) {
      int at = rest.indexOf(c);
      end = at >= 0 && at < end ? at : end;
    }
    return end;
  }

  private static Wire wire(Optional<String> version) throws CallException {
    String text = version.orElse("1.1").toUpperCase(Locale.ROOT);
    return switch (text.startsWith("HTTP/") ? text.substring(5) : text) {
      case "1.0" -> Wire.HTTP_10;
      case "1.1", "1" -> Wire.HTTP_11;
      case "2", "2.0" -> Wire.HTTP_2;
      default -> throw new CallException(Reason.VERSION, text);
    };
  }

  private static Map<String, List<String>> headers(List<String> lines) throws CallException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':', line.startsWith(":") ? 1 : 0);
      String name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      if (!isToken(name) || line.chars().anyMatch(c -> c < ' ' && c != '\t')) {
        throw new CallException(Reason.HEADER, line);
      }
      headers.computeIfAbsent(name, n -> new ArrayList<>()).add(line.substring(colon + 1).strip());
    }
    return headers;
  }

  /** Of a key that stands several times the first value counts. */
  static Map<String, String> firstValues(String query) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (!pair.isEmpty()) {
        values.putIfAbsent(key, equals < 0 ? "" : pair.substring(equals + 1));
      }
    }
    return values;
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || TOKEN.indexOf(c) >= 0);
  }

  /** Host and port of a URL. */
  private record Authority(String host, int port, boolean written) {

    static Authority of(String text, int usual) throws CallException {
      String plain = text.substring(text.lastIndexOf('@') + 1);
      int bracket = plain.lastIndexOf(']');
      int colon = plain.indexOf(':', Math.max(bracket, 0));
      String host = colon < 0 ? plain : plain.substring(0, colon);
      if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == 127)) {
        throw new CallException(Reason.HOST, text);
      }
      if (colon < 0) {
        if (usual == 0) {
          throw new CallException(Reason.PORT, text);
        }
        return new Authority(host, usual, false);
      }
      return new Authority(host, port(plain.substring(colon + 1)), true);
    }

    private static int port(String text) throws CallException {
      boolean digits =
          !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
      int port = digits ? Integer.parseInt(text) : 0;
      if (port < 1 || port > 65_535) {
        throw new CallException(Reason.PORT, text);
      }
      return port;
    }

    /** Clients leave the usual port out. */
    String asSent(int usual) {
      return port == usual ? host : host + ":" + port;
    }
  }
}
