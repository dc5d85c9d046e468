package io.meshguard.match;

import static io.meshguard.match.Tables.any;
import static io.meshguard.match.Tables.exact;
import static io.meshguard.match.Tables.match;
import static io.meshguard.match.Tables.prefix;
import static io.meshguard.match.Tables.regex;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.logic.Ternary;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private static final Request REQUEST =
      new Request(
          "GET",
          "/Shop/cart",
          "shop.example.com",
          "https",
          Map.of("x-env", List.of("Canary"), "empty", List.of("")),
          Map.of("q", "1"),
          8080,
          Map.of("app", "web"),
          "store",
          "mesh");

  private final Evaluator evaluator = new Evaluator();

  private void takes(RequestMatch match) {
    assertThat(evaluator.matches(match, REQUEST)).as(match.toString()).isEqualTo(Ternary.TRUE);
  }

  private void refuses(RequestMatch match) {
    assertThat(evaluator.matches(match, REQUEST)).as(match.toString()).isEqualTo(Ternary.FALSE);
  }

  private void unknown(RequestMatch match) {
    assertThat(evaluator.matches(match, REQUEST)).as(match.toString()).isEqualTo(Ternary.UNKNOWN);
  }

  private static RequestMatch header(String name, ValueMatch test) {
    return match(m -> m.header(name, test));
  }

  private static RequestMatch without(String name, ValueMatch test) {
    return match(m -> m.withoutHeader(name, test));
  }

  @Test
  void textsAreCompared() {
    takes(any());
    takes(exact("/Shop/cart"));
    refuses(exact("/Shop"));
    takes(prefix("/Shop"));
    refuses(prefix("/shop"));
    takes(match(m -> m.pathIgnoringCase(ValueMatch.prefix("/sHOP"))));
    refuses(match(m -> m.pathIgnoringCase(ValueMatch.prefix("/sHOPs"))));
    takes(match(m -> m.pathIgnoringCase(ValueMatch.exact("/shop/CART"))));
    refuses(match(m -> m.pathIgnoringCase(ValueMatch.exact("/shop/CARTS"))));
    takes(regex("/[A-Z]hop/.*"));
    refuses(regex("/[A-Z]hop"));
  }

  @Test
  void everyPropertyIsLookedUp() {
    takes(match(m -> m.method(ValueMatch.exact("GET"))));
    refuses(match(m -> m.method(ValueMatch.exact("PUT"))));
    takes(match(m -> m.scheme(ValueMatch.exact("https"))));
    takes(match(m -> m.authority(ValueMatch.prefix("shop."))));
    takes(header("X-Env", ValueMatch.exact("Canary")));
    takes(match(m -> m.queryParam("q", ValueMatch.regex("[0-9]"))));
    refuses(match(m -> m.queryParam("Q", ValueMatch.present())));
    takes(match(m -> m.port(8080)));
    refuses(match(m -> m.port(80)));
    takes(match(m -> m.sourceLabels(Map.of("app", "web"))));
    refuses(match(m -> m.sourceLabels(Map.of("app", "web", "tier", "x"))));
    takes(match(m -> m.sourceNamespace("store")));
    takes(match(m -> m.gateways(List.of("gw", "mesh"))));
    refuses(match(m -> m.gateways(List.of("gw"))));
  }

  @Test
  void absentValuesPassNoTest() {
    refuses(header("other", ValueMatch.present()));
    refuses(header("other", ValueMatch.exact("")));
    refuses(header("other", ValueMatch.prefix("")));
    refuses(header("other", ValueMatch.regex(".*")));
    takes(header("empty", ValueMatch.present()));
    takes(header("empty", ValueMatch.exact("")));
    takes(header("empty", ValueMatch.regex(".*")));
  }

  @Test
  void refusedValuesAreTurnedAround() {
    takes(without("other", ValueMatch.present()));
    refuses(without("x-env", ValueMatch.present()));
    takes(without("x-env", ValueMatch.exact("stable")));
    refuses(without("x-env", ValueMatch.regex("Can.*")));
    refuses(without("other", ValueMatch.exact("")));
    refuses(without("other", ValueMatch.regex(".*")));
    takes(without("other", ValueMatch.exact("x")));
  }

  @Test
  void whatCannotBeSeenIsUnknownUnlessAnotherConditionFails() {
    unknown(match(m -> m.opaque("claim")));
    unknown(match(m -> m.opaque("claim").path(ValueMatch.prefix("/Shop"))));
    refuses(match(m -> m.opaque("claim").path(ValueMatch.prefix("/x"))));
    refuses(match(m -> m.path(ValueMatch.prefix("/x")).opaque("claim")));
    unknown(regex("/("));
    unknown(without("x-env", ValueMatch.regex("(")));
    unknown(regex("(a{1000}){1000}"));
    takes(regex("/\\bShop\\b.*"));
  }

  @Test
  void listsOfTextsAreSearched() {
    Condition oneOf =
        new Condition(
            new Dimension(Dimension.Kind.HEADER, "x-env"),
            new ValueMatch.OneOf(new LinkedHashSet<>(List.of("Stable", "Canary"))),
            false);
    takes(new RequestMatch(List.of(oneOf)));
    refuses(new RequestMatch(List.of(new Condition(oneOf.dimension(), oneOf.test(), true))));
  }
}
