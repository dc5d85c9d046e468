package io.meshguard.match;

import static io.meshguard.match.Tables.any;
import static io.meshguard.match.Tables.covered;
import static io.meshguard.match.Tables.exact;
import static io.meshguard.match.Tables.judge;
import static io.meshguard.match.Tables.last;
import static io.meshguard.match.Tables.match;
import static io.meshguard.match.Tables.prefix;
import static io.meshguard.match.Tables.reached;
import static io.meshguard.match.Tables.regex;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.match.Dimension.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteOrderTest {

  @Test
  void shorterPrefixFirstTakesAll() {
    Coverage.Covered covered = covered(prefix("/usrv"), prefix("/usrv-expand"));

    assertThat(covered.by()).containsExactly(0);
    assertThat(covered.takenBy()).isZero();
    assertThat(covered.witness())
        .isEqualTo(
            new Request(
                "GET",
                "/usrv-expand",
                Tables.AUTHORITY,
                "http",
                Map.of(),
                Map.of(),
                null,
                Map.of(),
                null,
                null));
  }

  @Test
  void longerPrefixFirstLeavesTheRest() {
    assertThat(reached(prefix("/usrv-expand"), prefix("/usrv")).path()).isEqualTo("/usrv");
  }

  @Test
  void conditionThatOnlyTheFirstHasLeavesRequests() {
    RequestMatch canary =
        match(m -> m.path(ValueMatch.prefix("/a")).header("X-Env", ValueMatch.exact("canary")));

    assertThat(reached(canary, prefix("/a/b")).headers()).isEmpty();
  }

  @Test
  void conditionThatOnlyTheSecondHasIsShownInTheWitness() {
    RequestMatch canary =
        match(m -> m.path(ValueMatch.prefix("/a/b")).header("X-Env", ValueMatch.exact("canary")));

    Coverage.Covered covered = covered(prefix("/a"), canary);

    assertThat(covered.witness())
        .isNotNull()
        .extracting(Request::path, Request::headers)
        .containsExactly("/a/b", Map.of("x-env", List.of("canary")));
  }

  @Test
  void onlyTheEarlierMatchFoldsCase() {
    RequestMatch folded = match(m -> m.pathIgnoringCase(ValueMatch.prefix("/API")));

    assertThat(covered(folded, prefix("/api/v1")).by()).containsExactly(0);
  }

  @Test
  void onlyTheLaterMatchFoldsCase() {
    RequestMatch folded = match(m -> m.pathIgnoringCase(ValueMatch.prefix("/api/v1")));

    Request witness = reached(prefix("/api"), folded);

    assertThat(witness.path()).isEqualToIgnoringCase("/api/v1").doesNotStartWith("/api");
  }

  @Test
  void foldingDoesNotMatterWithoutLetters() {
    RequestMatch folded = match(m -> m.pathIgnoringCase(ValueMatch.exact("/1/2")));

    assertThat(covered(prefix("/1"), folded).by()).containsExactly(0);
  }

  @Test
  void patternWithSeparatorDoesNotTakeSiblings() {
    assertThat(reached(regex("/usrv(/.*)?"), prefix("/usrv-expand")).path())
        .isEqualTo("/usrv-expand");
  }

  @Test
  void patternTakesLiteral() {
    assertThat(covered(regex("/usrv.*"), exact("/usrv-expand")).by()).containsExactly(0);
  }

  @Test
  void patternTakesPattern() {
    assertThat(covered(regex("/v[0-9]+/.*"), regex("/v(1|2)/users/[a-z]+")).by())
        .containsExactly(0);
  }

  @Test
  void sourceLabelsLeaveOtherCallers() {
    RequestMatch labelled =
        match(m -> m.path(ValueMatch.prefix("/a")).sourceLabels(Map.of("app", "x")));

    assertThat(reached(labelled, prefix("/a")).sourceLabels()).isEmpty();
    assertThat(last(prefix("/a"), labelled)).isInstanceOf(Coverage.Covered.class);
  }

  @Test
  void fewerSourceLabelsTakeMore() {
    RequestMatch one = match(m -> m.sourceLabels(Map.of("app", "x")));
    RequestMatch two = match(m -> m.sourceLabels(Map.of("app", "x", "tier", "y")));

    assertThat(last(one, two)).isInstanceOf(Coverage.Covered.class);
    assertThat(last(two, one)).isInstanceOf(Coverage.Reachable.class);
  }

  @Test
  void otherPortIsAnotherListener() {
    RequestMatch http = match(m -> m.path(ValueMatch.prefix("/")).port(80));
    RequestMatch alternative = match(m -> m.path(ValueMatch.prefix("/a")).port(8080));

    assertThat(reached(http, alternative).port()).isEqualTo(8080);
    assertThat(last(any(), alternative)).isInstanceOf(Coverage.Covered.class);
    assertThat(reached(http, any()).port()).isNotNull().isNotEqualTo(80);
  }

  @Test
  void catchAllInTheMiddleTakesAllAfterIt() {
    List<Coverage> verdicts =
        judge(
            prefix("/a"),
            any(),
            prefix("/b"),
            match(m -> m.header("x", ValueMatch.present())),
            any());

    assertThat(verdicts.subList(0, 2)).hasOnlyElementsOfType(Coverage.Reachable.class);
    assertThat(verdicts.subList(2, 5))
        .allSatisfy(
            verdict ->
                assertThat(verdict)
                    .isInstanceOfSatisfying(
                        Coverage.Covered.class,
                        covered -> assertThat(covered.by()).containsExactly(1)));
  }

  @Test
  void everyFormOfCatchAllTakesEveryPath() {
    for (RequestMatch all : List.of(prefix("/"), prefix(""), regex(".*"), regex("/.*"))) {
      assertThat(last(all, regex("/[^/]+/x"))).isInstanceOf(Coverage.Covered.class);
      assertThat(last(all, any())).isInstanceOf(Coverage.Covered.class);
    }
  }

  @Test
  void ownGatewaysLeaveTheMesh() {
    RequestMatch gateway = match(m -> m.gateways(List.of("gw")));
    RequestMatch inherited = match(m -> m.inheritedGateways(List.of("gw", "mesh")));
    RequestMatch onlyGateway = match(m -> m.inheritedGateways(List.of("gw")));

    assertThat(reached(gateway, inherited).gateway()).isEqualTo("mesh");
    assertThat(last(gateway, onlyGateway)).isInstanceOf(Coverage.Covered.class);
  }

  @Test
  void ownGatewaysSwitchSourceConditionsOff() {
    RequestMatch both =
        match(
            m ->
                m.sourceLabels(Map.of("app", "x"))
                    .gateways(List.of("gw"))
                    .sourceNamespace("default"));

    assertThat(covered(both, match(m -> m.inheritedGateways(List.of("gw")))).by())
        .containsExactly(0);
  }

  @Test
  void sourceNamespaceLeavesOthers() {
    RequestMatch shop = match(m -> m.sourceNamespace("shop"));

    assertThat(reached(shop, any()).sourceNamespace()).isEqualTo("default");
    assertThat(last(any(), shop)).isInstanceOf(Coverage.Covered.class);
  }

  @Test
  void twoMatchesCoverAThirdTogether() {
    RequestMatch secure = match(m -> m.scheme(ValueMatch.exact("https")));
    RequestMatch plain = match(m -> m.scheme(ValueMatch.exact("http")));

    assertThat(covered(secure, prefix("/b"), plain, prefix("/a")).by()).containsExactly(0, 2);
  }

  @Test
  void presentAndAbsentTogetherAreEverything() {
    RequestMatch with = match(m -> m.header("x", ValueMatch.present()));
    RequestMatch without = match(m -> m.withoutHeader("x", ValueMatch.present()));

    assertThat(covered(with, without, any()).by()).containsExactly(0, 1);
  }

  @Test
  void contradictionIsNamed() {
    RequestMatch impossible =
        match(
            m ->
                m.header("x", ValueMatch.exact("1")).withoutHeader("x", ValueMatch.regex("[0-9]")));

    assertThat(last(impossible)).isEqualTo(new Coverage.Empty(new Dimension(Kind.HEADER, "x")));
    assertThat(last(impossible, any())).isInstanceOf(Coverage.Reachable.class);
  }

  @Test
  void pathsThatNoRequestHasAreContradictions() {
    for (String path : List.of("/a?b=1", "a", "/a#b", "/a b", "")) {
      assertThat(last(exact(path))).isEqualTo(new Coverage.Empty(new Dimension(Kind.PATH, "")));
    }
  }

  @Test
  void smallestSetIsNamed() {
    RequestMatch[] matches = {
      match(m -> m.header("x", ValueMatch.prefix("a"))),
      match(m -> m.header("x", ValueMatch.prefix("b"))),
      match(m -> m.header("x", ValueMatch.regex("[^ab].*"))),
      match(m -> m.header("x", ValueMatch.regex("[^a]?.*"))),
      match(m -> m.header("x", ValueMatch.present()))
    };

    assertThat(covered(matches).by()).hasSize(1).containsExactly(3);
  }

  @Test
  void coversOfThreeShrinkToTwoWhereTwoSuffice() {
    RequestMatch[] matches = {
      match(m -> m.method(ValueMatch.exact("GET")).scheme(ValueMatch.exact("http"))),
      match(m -> m.method(ValueMatch.exact("GET")).header("x", ValueMatch.present())),
      match(m -> m.scheme(ValueMatch.exact("https"))),
      match(m -> m.scheme(ValueMatch.exact("http")).header("x", ValueMatch.present())),
      match(m -> m.method(ValueMatch.exact("GET")))
    };

    assertThat(covered(matches).by()).containsExactly(0, 2);
  }

  @Test
  void witnessGoesToOneOfThoseThatAreNamed() {
    Coverage.Covered covered = covered(exact("/a/b"), prefix("/a"), prefix("/a/b"));

    assertThat(covered.by()).containsExactly(1);
    assertThat(covered.takenBy()).isEqualTo(1);
    assertThat(covered.witness()).isNotNull().extracting(Request::path).isEqualTo("/a/ba");
  }

  @Test
  void witnessGoesElsewhereWhereOthersAreAlwaysFaster() {
    RequestMatch plain =
        match(m -> m.path(ValueMatch.prefix("/a")).scheme(ValueMatch.exact("http")));
    RequestMatch secure =
        match(m -> m.path(ValueMatch.prefix("/a")).scheme(ValueMatch.exact("https")));

    Coverage.Covered covered = covered(plain, secure, prefix("/"), prefix("/a/b"));

    assertThat(covered.by()).containsExactly(2);
    assertThat(covered.takenBy()).isZero();
    assertThat(covered.witness()).isNotNull().extracting(Request::path).isEqualTo("/a/b");
  }

  /** The section sign became punctuation in Unicode 6.1, which RE2/J does not know. */
  @Test
  void verdictIsWithheldWhereRe2SeesItOtherwise() {
    RequestMatch punctuation = match(m -> m.header("x", ValueMatch.regex("\\pP")));
    RequestMatch sign = match(m -> m.header("x", ValueMatch.exact("\u00A7")));

    assertThat(last(punctuation, sign))
        .isEqualTo(new Coverage.Unknown(Coverage.Reason.UNSUPPORTED));
    assertThat(last(punctuation, match(m -> m.header("x", ValueMatch.exact("!")))))
        .isInstanceOf(Coverage.Covered.class);
  }
}
