package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Istio does with a request, said once more and in the plainest way: the first match in the
 * order of the list wins. Knows the conditions of {@link RandomVirtualService} and no others.
 */
final class FirstMatch {

  /**
   * A request, in all that tells the conditions apart.
   *
   * @param header values of the header x, as often as it is sent
   * @param app label app of the caller; null where it has none
   * @param gateway mesh or gw
   */
  record Call(
      String path,
      String method,
      List<String> header,
      int port,
      @Nullable String app,
      String gateway) {}

  private static final List<List<String>> HEADERS =
      List.of(
          List.of(),
          List.of(""),
          List.of("a"),
          List.of("ab"),
          List.of("ax"),
          List.of("b"),
          List.of("a", "b"),
          List.of("a", "ab"),
          List.of("ab", "b"),
          List.of("a", "ab", "b"));

  private FirstMatch() {}

  /** Returns one request for every combination that the conditions can tell apart. */
  static List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    for (String path :
        List.of("/", "/a", "/ab", "/abx", "/ac", "/a/b", "/a/bx", "/a/x", "/c", "/cx")) {
      for (String method : List.of("GET", "POST", "PUT")) {
        for (List<String> header : HEADERS) {
          for (int port : new int[] {80, 8080, 81}) {
            for (String app : new @Nullable String[] {null, "a", "b"}) {
              for (String gateway : List.of("mesh", "gw")) {
                calls.add(new Call(path, method, header, port, app, gateway));
              }
            }
          }
        }
      }
    }
    return calls;
  }

  /** Returns the pointer of the match that takes a request, empty where none does. */
  static String of(JsonNode virtualService, Call call) {
    JsonNode http = virtualService.at("/spec/http");
    for (int i = 0; i < http.size(); i++) {
      JsonNode matches = http.get(i).path("match");
      if (matches.isEmpty()) {
        return "/spec/http/" + i;
      }
      for (int j = 0; j < matches.size(); j++) {
        if (meets(matches.get(j), call)) {
          return "/spec/http/" + i + "/match/" + j;
        }
      }
    }
    return "";
  }

  /** Returns the name of the route that takes a request, empty where none does. */
  static String route(JsonNode virtualService, Call call) {
    String match = of(virtualService, call);
    int end = match.indexOf("/match");
    String route = end < 0 ? match : match.substring(0, end);
    return route.isEmpty() ? "" : virtualService.at(route).path("name").asText();
  }

  /** Returns whether a match takes a request. */
  static boolean meets(JsonNode match, Call call) {
    boolean ownGateways = match.has("gateways");
    JsonNode app = match.path("sourceLabels").path("app");
    return text(match.path("uri"), call.path())
        && text(match.path("method"), call.method())
        && (!match.path("headers").has("x")
            || call.header().stream()
                .anyMatch(value -> text(match.path("headers").path("x"), value)))
        && (!match.path("withoutHeaders").has("x") || call.header().isEmpty())
        && (!match.has("port") || match.path("port").asInt() == call.port())
        && (app.isMissingNode() || ownGateways || app.asText().equals(call.app()))
        && (!ownGateways || match.path("gateways").get(0).asText().equals(call.gateway()));
  }

  private static boolean text(JsonNode test, String value) {
    if (test.has("exact")) {
      return value.equals(test.path("exact").asText());
    }
    if (test.has("prefix")) {
      return value.startsWith(test.path("prefix").asText());
    }
    return !test.has("regex") || Pattern.matches(test.path("regex").asText(), value);
  }
}
