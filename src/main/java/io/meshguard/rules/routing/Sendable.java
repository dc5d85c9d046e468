package io.meshguard.rules.routing;

import io.meshguard.match.Request;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which requests a client can send such that they arrive as they are: Envoy refuses methods that
 * HTTP/1 does not know and control characters in headers, writes paths in another way where they
 * hold what belongs escaped, and compares the query as it is sent (envoy
 * source/common/http/http1/balsa_parser.cc, source/common/http/path_utility.cc and
 * source/common/router/config_impl.cc, v1.36).
 */
final class Sendable {

  private static final Set<String> METHODS =
      Set.of(
          "GET",
          "HEAD",
          "POST",
          "PUT",
          "DELETE",
          "PATCH",
          "OPTIONS",
          "TRACE",
          "PROPFIND",
          "REPORT",
          "SEARCH",
          "COPY",
          "MOVE",
          "LOCK",
          "UNLOCK",
          "MKCOL",
          "PURGE");

  private static final String TOKEN = "!#$%&'*+-.^_`|~";
  private static final String PATH = "/-._~!$&'()*+,;=:@%[]|";
  private static final String QUERY = "/-._~!$'()*+,;:@%?|";
  private static final List<String> DOTS = List.of(".", "..", "%2e", "%2e%2e", ".%2e", "%2e.");

  private Sendable() {}

  /** Returns whether a request can be sent. */
  static boolean is(Request request) {
    return METHODS.contains(request.method())
        && isPath(request.path())
        && request.headers().entrySet().stream()
            .allMatch(
                header ->
                    consistsOf(header.getKey(), TOKEN)
                        && header.getValue().stream().allMatch(Sendable::isValue))
        && request.query().entrySet().stream()
            .allMatch(
                parameter ->
                    consistsOf(parameter.getKey(), QUERY)
                        && (parameter.getValue().isEmpty()
                            || consistsOf(parameter.getValue(), QUERY + "=")));
  }

  private static boolean isPath(String path) {
    boolean dots = false;
    for (String segment : path.split("/", -1)) {
      dots |= DOTS.contains(segment.toLowerCase(Locale.ROOT));
    }
    return !dots && consistsOf(path, PATH);
  }

  /** Blanks at the ends of a value do not arrive. */
  private static boolean isValue(String value) {
    return value.equals(value.strip()) && value.chars().allMatch(c -> c >= ' ' && c != 0x7F);
  }

  private static boolean consistsOf(String text, String marks) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || marks.indexOf(c) >= 0);
  }
}
