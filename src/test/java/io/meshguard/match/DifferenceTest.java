package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.match.Difference.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DifferenceTest {

  private static final RequestMatch ALL = RequestMatch.builder().build();

  /** Matches do the same only where both have the same number in a list of names. */
  private static BiPredicate<Integer, Integer> named(List<String> before, List<String> after) {
    return (i, j) -> i < before.size() && j < after.size() && before.get(i).equals(after.get(j));
  }

  private static Difference difference(
      List<RequestMatch> before, List<RequestMatch> after, BiPredicate<Integer, Integer> same) {
    return Difference.of(before, after, ALL, same, Tables.AUTHORITY, Tables.ample());
  }

  private static String told(Move move) {
    Request request = move.request().orElseThrow();
    return move.before()
        + "->"
        + move.after()
        + " "
        + request.method()
        + " "
        + request.path()
        + (request.headers().isEmpty() ? "" : " " + request.headers());
  }

  @Test
  void equalListsDifferInNothing() {
    List<RequestMatch> list = List.of(Tables.exact("/a"), Tables.prefix("/b"), Tables.any());
    assertThat(difference(list, list, Integer::equals).isNone()).isTrue();
    assertThat(difference(List.of(), List.of(), Integer::equals).isNone()).isTrue();
  }

  @Test
  void twoRoutesThatSwapPlacesMoveWhatBothTake() {
    List<RequestMatch> before =
        List.of(Tables.prefix("/catalog"), Tables.prefix("/catalog-images"));
    List<RequestMatch> after = List.of(before.get(1), before.get(0));
    Difference found =
        difference(
            before, after, named(List.of("catalog", "images"), List.of("images", "catalog")));
    assertThat(found.moves())
        .extracting(DifferenceTest::told)
        .containsExactly("0->0 GET /catalog-images");
    assertThat(found.moves().get(0).certain()).isTrue();
    assertThat(found.isNone()).isFalse();
  }

  @Test
  void routesThatShareNothingMaySwapPlaces() {
    List<RequestMatch> before = List.of(Tables.prefix("/a"), Tables.prefix("/b"), Tables.any());
    List<RequestMatch> after = List.of(Tables.prefix("/b"), Tables.prefix("/a"), Tables.any());
    List<String> names = List.of("a", "b", "c");
    assertThat(difference(before, after, named(names, List.of("b", "a", "c"))).isNone()).isTrue();
  }

  @Test
  void whatWasSplitInTwoIsTheSame() {
    List<RequestMatch> before = List.of(Tables.regex("/(a|b)(/.*)?"));
    List<RequestMatch> after = List.of(Tables.regex("/a(/.*)?"), Tables.regex("/b(/.*)?"));
    assertThat(difference(before, after, (i, j) -> i == 0 && j < 2).isNone()).isTrue();
    List<RequestMatch> less = List.of(Tables.regex("/a(/.*)?"), Tables.exact("/b"));
    assertThat(difference(before, less, (i, j) -> i == 0 && j < 2).moves())
        .extracting(DifferenceTest::told)
        .containsExactly("0->2 GET /b/");
  }

  @Test
  void whatNothingTakesHasTheNumberAfterTheLast() {
    List<RequestMatch> before = List.of(Tables.exact("/a"));
    List<RequestMatch> after = List.of(Tables.prefix("/a"));
    assertThat(difference(before, after, (i, j) -> i == 0 && j == 0).moves())
        .extracting(DifferenceTest::told)
        .containsExactly("1->0 GET /aa");
    assertThat(difference(after, before, (i, j) -> i == 0 && j == 0).moves())
        .extracting(DifferenceTest::told)
        .containsExactly("0->1 GET /aa");
  }

  @Test
  void aRequestHasNoMoreThanItNeeds() {
    RequestMatch canary =
        Tables.match(
            m ->
                m.header("x-env", ValueMatch.exact("canary"))
                    .withoutHeader("x-debug", ValueMatch.present())
                    .path(ValueMatch.prefix("/")));
    RequestMatch posted =
        Tables.match(m -> m.method(ValueMatch.exact("POST")).path(ValueMatch.prefix("/pay")));
    List<RequestMatch> before = List.of(posted, Tables.any());
    List<RequestMatch> after = List.of(posted, canary, Tables.any());
    assertThat(
            difference(before, after, named(List.of("pay", "web"), List.of("pay", "canary", "web")))
                .moves())
        .extracting(DifferenceTest::told)
        .containsExactly("1->1 GET / {x-env=[canary]}");
  }

  @Test
  void onlyRequestsThatMeetTheConditionCount() {
    List<RequestMatch> before =
        List.of(Tables.match(m -> m.authority(ValueMatch.exact("a.example.com"))), Tables.any());
    List<RequestMatch> after = List.of(Tables.any());
    BiPredicate<Integer, Integer> same = (i, j) -> i == 1 && j == 0;
    RequestMatch other = Tables.match(m -> m.authority(ValueMatch.exact("b.example.com")));
    assertThat(Difference.of(before, after, other, same, "b.example.com", Tables.ample()).isNone())
        .isTrue();
    assertThat(difference(before, after, same).moves())
        .singleElement()
        .satisfies(
            move ->
                assertThat(move.request().orElseThrow().authority()).isEqualTo("a.example.com"));
  }

  @Test
  void anOpaqueConditionIsTheSameOnBothSides() {
    RequestMatch group = Tables.match(m -> m.path(ValueMatch.prefix("/admin")).opaque("group"));
    RequestMatch other = Tables.match(m -> m.path(ValueMatch.prefix("/admin")).opaque("other"));
    List<RequestMatch> before = List.of(group, Tables.any());
    assertThat(difference(before, before, Integer::equals).isNone()).isTrue();
    Difference found = difference(before, List.of(other, Tables.any()), Integer::equals);
    assertThat(found.moves())
        .containsExactly(
            new Move(0, 1, shown("/admin"), Map.of("group", true, "other", false), false),
            new Move(1, 0, shown("/admin"), Map.of("group", false, "other", true), false));
  }

  private static Optional<Request> shown(String path) {
    return Optional.of(
        new Request(
            "GET", path, Tables.AUTHORITY, "http", Map.of(), Map.of(), null, Map.of(), null, null));
  }

  @Test
  void aPatternThatCannotBeComputedMayMatter() {
    RequestMatch broken = Tables.match(m -> m.header("x", ValueMatch.regex("(")));
    List<RequestMatch> before = List.of(broken, Tables.any());
    assertThat(difference(before, before, Integer::equals).isNone()).isTrue();
    assertThat(difference(before, List.of(Tables.any()), (i, j) -> i == 1 && j == 0).moves())
        .containsExactly(new Move(0, 0, Optional.empty(), Map.of(), false));
  }

  @Test
  void whatIsTooMuchWorkIsNeverTakenForEqual() {
    List<RequestMatch> before = new ArrayList<>();
    List<RequestMatch> after = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      before.add(Tables.regex("/.*a.{" + i + "}"));
      after.add(Tables.regex("/.*b.{" + i + "}"));
    }
    Budget small = new Budget(2_000, 1_000, () -> false);
    Difference found = Difference.of(before, after, ALL, (i, j) -> true, Tables.AUTHORITY, small);
    assertThat(found.cutShort()).isTrue();
    assertThat(found.isNone()).isFalse();
    Difference none =
        Difference.of(before, before, ALL, Integer::equals, Tables.AUTHORITY, Tables.ample());
    assertThat(none.isNone()).isTrue();
  }

  @Test
  void longListsThatAreNearlyAlikeAreLittleWork() {
    List<RequestMatch> before = routes(2_000);
    List<RequestMatch> after = new ArrayList<>(before);
    after.add(1_000, Tables.prefix("/shop/p1500/new"));
    Budget budget = Tables.ample();
    Difference found =
        Difference.of(
            before, after, ALL, (i, j) -> j == (i < 1_000 ? i : i + 1), Tables.AUTHORITY, budget);
    assertThat(found.moves())
        .extracting(DifferenceTest::told)
        .containsExactly("1500->1000 GET /shop/p1500/new");
    assertThat(budget.spent()).isLessThan(60_000_000);
  }

  @Test
  void fiftyRoutesAgainstFiftyAreLittleWork() {
    List<RequestMatch> before = new ArrayList<>();
    List<RequestMatch> after = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      int n = i;
      String path = i % 3 == 0 ? "/" : "/shop/p" + i % 7;
      before.add(
          Tables.match(
              m ->
                  m.path(ValueMatch.prefix(path)).header("x-" + n % 5, ValueMatch.exact("v" + n))));
      after.add(
          Tables.match(
              m ->
                  m.path(n % 4 == 0 ? ValueMatch.regex(path + ".*") : ValueMatch.prefix(path))
                      .header("x-" + n % 5, ValueMatch.exact("v" + n * 7 % 50))));
    }
    Budget budget = Tables.ample();
    Difference found = Difference.of(before, after, ALL, Integer::equals, "a.b", budget);
    assertThat(found.cutShort()).isFalse();
    assertThat(found.moves()).isNotEmpty();
    assertThat(budget.spent()).isLessThan(200_000_000);
  }

  private static List<RequestMatch> routes(int size) {
    return IntStream.range(0, size).mapToObj(i -> Tables.prefix("/shop/p" + i + "/")).toList();
  }
}
