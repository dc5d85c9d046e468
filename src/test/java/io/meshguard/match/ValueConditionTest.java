package io.meshguard.match;

import static io.meshguard.match.Tables.any;
import static io.meshguard.match.Tables.covered;
import static io.meshguard.match.Tables.exact;
import static io.meshguard.match.Tables.last;
import static io.meshguard.match.Tables.match;
import static io.meshguard.match.Tables.prefix;
import static io.meshguard.match.Tables.reached;
import static io.meshguard.match.Tables.regex;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.logic.Ternary;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ValueConditionTest {

  private static RequestMatch header(ValueMatch test) {
    return match(m -> m.header("x", test));
  }

  private static RequestMatch without(ValueMatch test) {
    return match(m -> m.withoutHeader("x", test));
  }

  @Test
  void emptyTextIsAValueAndNotPresence() {
    assertThat(reached(header(ValueMatch.exact("")), header(ValueMatch.present())).headers())
        .containsKey("x")
        .doesNotContainEntry("x", List.of(""));
    assertThat(last(header(ValueMatch.present()), header(ValueMatch.exact(""))))
        .isInstanceOf(Coverage.Covered.class);
  }

  @Test
  void refusingTheEmptyTextAsksForAValue() {
    Request request = reached(without(ValueMatch.exact("")));

    assertThat(request.headers()).containsKey("x").doesNotContainEntry("x", List.of(""));
    assertThat(last(header(ValueMatch.present()), without(ValueMatch.exact(""))))
        .isInstanceOf(Coverage.Covered.class);
    assertThat(reached(without(ValueMatch.exact("")), any()).headers()).isEmpty();
  }

  @Test
  void refusingAValueLetsAnAbsentHeaderPass() {
    assertThat(reached(without(ValueMatch.exact("v1"))).headers()).isEmpty();
    assertThat(reached(without(ValueMatch.exact("v1")), any()).headers())
        .containsExactly(Map.entry("x", List.of("v1")));
  }

  @Test
  void refusingLessTakesMore() {
    assertThat(last(without(ValueMatch.exact("ab")), without(ValueMatch.prefix("a"))))
        .isInstanceOf(Coverage.Covered.class);
    assertThat(last(without(ValueMatch.prefix("a")), without(ValueMatch.exact("ab"))))
        .isInstanceOf(Coverage.Reachable.class);
    assertThat(last(without(ValueMatch.exact("w")), header(ValueMatch.exact("v"))))
        .isInstanceOf(Coverage.Reachable.class);
  }

  @Test
  void starIsPresence() {
    assertThat(last(header(ValueMatch.regex("*")), header(ValueMatch.exact(""))))
        .isInstanceOf(Coverage.Covered.class);
    assertThat(reached(header(ValueMatch.regex("*")), any()).headers()).isEmpty();
    assertThat(reached(without(ValueMatch.regex("*"))).headers()).isEmpty();
    assertThat(
            last(
                match(m -> m.queryParam("q", ValueMatch.regex("*"))),
                match(m -> m.queryParam("q", ValueMatch.prefix("1")))))
        .isInstanceOf(Coverage.Covered.class);
  }

  @Test
  void dotStarIsPresenceAndDotPlusIsNot() {
    assertThat(last(header(ValueMatch.regex(".*")), header(ValueMatch.present())))
        .isInstanceOf(Coverage.Covered.class);
    assertThat(reached(header(ValueMatch.regex(".+")), header(ValueMatch.present())).headers())
        .containsExactly(Map.entry("x", List.of("")));
  }

  @Test
  void headerNamesFoldAndQueryKeysDoNot() {
    assertThat(
            last(
                match(m -> m.header("X-A", ValueMatch.present())),
                match(m -> m.header("x-a", ValueMatch.exact("1")))))
        .isInstanceOf(Coverage.Covered.class);
    assertThat(
            reached(
                    match(m -> m.queryParam("A", ValueMatch.present())),
                    match(m -> m.queryParam("a", ValueMatch.exact("1"))))
                .query())
        .containsExactly(Map.entry("a", "1"));
  }

  @Test
  void hostHeaderIsTheAuthority() {
    assertThat(
            covered(
                    match(m -> m.authority(ValueMatch.prefix("a."))),
                    match(m -> m.header("Host", ValueMatch.exact("a.example.com"))))
                .by())
        .containsExactly(0);
  }

  @Test
  void methodIsNotAssumed() {
    RequestMatch get = match(m -> m.method(ValueMatch.exact("GET")));

    assertThat(reached(get, any()).method()).isEqualTo("POST");
    assertThat(last(get, match(m -> m.method(ValueMatch.regex("GET|POST")))))
        .isInstanceOf(Coverage.Reachable.class);
    assertThat(last(match(m -> m.method(ValueMatch.regex(".+"))), get))
        .isInstanceOf(Coverage.Covered.class);
  }

  @Test
  void schemeHasTwoValues() {
    RequestMatch notHttp = match(m -> m.scheme(ValueMatch.regex("https|wss")));
    RequestMatch http = match(m -> m.scheme(ValueMatch.prefix("http")));

    assertThat(reached(notHttp, any()).scheme()).isEqualTo("http");
    assertThat(last(http, any())).isInstanceOf(Coverage.Covered.class);
    assertThat(last(match(m -> m.scheme(ValueMatch.exact("ftp")))))
        .isInstanceOf(Coverage.Empty.class);
  }

  @Test
  void opaqueConditionsCoverThemselvesOnly() {
    RequestMatch claim = match(m -> m.opaque("claims.group=a").path(ValueMatch.prefix("/a")));
    RequestMatch narrower = match(m -> m.opaque("claims.group=a").path(ValueMatch.prefix("/a/b")));
    RequestMatch other = match(m -> m.opaque("claims.group=b").path(ValueMatch.prefix("/a/b")));

    assertThat(last(claim, narrower)).isInstanceOf(Coverage.Covered.class);
    assertThat(last(claim, other)).isEqualTo(new Coverage.Unknown(Coverage.Reason.UNSUPPORTED));
    assertThat(last(claim, prefix("/a")))
        .isEqualTo(new Coverage.Unknown(Coverage.Reason.UNSUPPORTED));
    assertThat(last(claim, prefix("/b"))).isInstanceOf(Coverage.Reachable.class);
    assertThat(covered(any(), claim).witness()).isNotNull();
  }

  @Test
  void unsupportedPatternsAreDecidedWhereTheyCan() {
    RequestMatch word = regex("/\\bfoo\\b.*");

    assertThat(covered(prefix("/"), word).witness()).isNull();
    assertThat(covered(word, exact("/foo-bar")).by()).containsExactly(0);
    assertThat(reached(word, exact("/foobar")).path()).isEqualTo("/foobar");
    assertThat(covered(word, word).by()).containsExactly(0);
    assertThat(last(word, prefix("/foo-")))
        .isEqualTo(new Coverage.Unknown(Coverage.Reason.UNSUPPORTED));
    assertThat(reached(word, prefix("/fo")).path()).isEqualTo("/fo");
  }

  @Test
  void illegalPatternsAreReportedAndTakeNothing() {
    RequestMatch broken = match(m -> m.withoutHeader("x", ValueMatch.regex("a(")));

    assertThat(last(broken))
        .isInstanceOfSatisfying(
            Coverage.Invalid.class,
            invalid -> {
              assertThat(invalid.pattern()).isEqualTo("a(");
              assertThat(invalid.dimension().name()).isEqualTo("x");
              assertThat(invalid.message()).contains("missing");
            });
    assertThat(last(broken, any())).isInstanceOf(Coverage.Unknown.class);
    assertThat(last(any(), broken)).isInstanceOf(Coverage.Invalid.class);
  }

  @Test
  void conditionsOnOneHeaderAddUp() {
    RequestMatch both =
        match(
            m -> m.header("x", ValueMatch.prefix("a")).withoutHeader("x", ValueMatch.regex("a.?")));

    assertThat(reached(both).headers().get("x"))
        .singleElement(InstanceOfAssertFactories.STRING)
        .hasSize(3)
        .startsWith("a");
  }

  /** Seen on Envoy 1.40; before 1.39 the values are joined, so that fewer requests get there. */
  @Test
  void aHeaderMayBeSentTwice() {
    assertThat(reached(without(ValueMatch.prefix("b")), header(ValueMatch.prefix("a"))).headers())
        .containsExactly(Map.entry("x", List.of("a", "b")));
    Analysis analysis =
        Tables.analysis(
            header(ValueMatch.exact("1")),
            header(ValueMatch.exact("2")),
            without(ValueMatch.exact("1")));
    assertThat(analysis.disjoint(0, 1)).isEqualTo(Ternary.FALSE);
    assertThat(analysis.disjoint(0, 2)).isEqualTo(Ternary.TRUE);
    assertThat(analysis.covers(2, 1)).isEqualTo(Ternary.FALSE);
    assertThat(
            last(
                without(ValueMatch.prefix("b")),
                header(ValueMatch.prefix("b")),
                header(ValueMatch.prefix("a"))))
        .isInstanceOf(Coverage.Covered.class);
  }

  /** As many values as there are conditions: each but the last takes a request without its own. */
  @Test
  void aHeaderMayBeSentOften() {
    assertThat(
            reached(
                    without(ValueMatch.exact("a")),
                    without(ValueMatch.exact("b")),
                    without(ValueMatch.regex("c+")),
                    header(ValueMatch.prefix("d")))
                .headers())
        .containsExactly(Map.entry("x", List.of("d", "a", "b", "c")));
    assertThat(
            last(
                match(m -> m.queryParam("q", ValueMatch.exact("1"))),
                match(
                    m ->
                        m.queryParam("q", ValueMatch.exact("1"))
                            .queryParam("q", ValueMatch.exact("2")))))
        .isInstanceOf(Coverage.Empty.class);
  }

  @Test
  void witnessesReadWell() {
    assertThat(reached(regex("/v[0-9]+/[^/]+")).path()).isEqualTo("/v0/a");
    assertThat(reached(header(ValueMatch.regex(".*canary.*"))).headers())
        .containsExactly(Map.entry("x", List.of("canary")));
    assertThat(reached(prefix("/a"), prefix("/")).path()).isEqualTo("/");
    assertThat(reached(exact("/"), prefix("/")).path()).isEqualTo("/a");
  }

  @Test
  void helpersTellPairsApart() {
    Analysis analysis =
        Tables.analysis(
            prefix("/a"),
            prefix("/a/b"),
            prefix("/c"),
            match(m -> m.path(ValueMatch.prefix("/a/b")).method(ValueMatch.exact("PUT"))),
            match(m -> m.opaque("x")));

    assertThat(analysis.covers(0, 1)).isEqualTo(Ternary.TRUE);
    assertThat(analysis.covers(1, 0)).isEqualTo(Ternary.FALSE);
    assertThat(analysis.disjoint(0, 2)).isEqualTo(Ternary.TRUE);
    assertThat(analysis.disjoint(0, 1)).isEqualTo(Ternary.FALSE);
    assertThat(analysis.covers(4, 0)).isEqualTo(Ternary.UNKNOWN);
    assertThat(analysis.disjoint(4, 0)).isEqualTo(Ternary.UNKNOWN);
    assertThat(analysis.sample(List.of(0, 1), List.of(3)))
        .isInstanceOfSatisfying(
            Sample.Found.class, found -> assertThat(found.request().path()).isEqualTo("/a/b"));
    assertThat(analysis.sample(List.of(3), List.of(1))).isEqualTo(new Sample.None());
  }
}
