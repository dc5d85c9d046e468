package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is told about a route that no request reaches: why, and what to do about it. */
final class AdviceLineTest {

  @Test
  void onlyPrefixesThatEndWithinASegmentAreMeantAsPatterns() {
    assertThat(
            check(
                "{uri: {prefix: /us.rv}}, {uri: {exact: /us.rv-expand/x}}",
                "{uri: {prefix: /us.rv-expand}}"))
        .contains("replace the earlier prefix by the regex /us\\.rv(/.*)?, which");
    assertThat(
            check(
                "{uri: {prefix: /A}, ignoreUriCase: true}",
                "{uri: {prefix: /ab}}, {uri: {exact: /c}}, {uri: {exact: /a}}"))
        .contains("the regex (?i)/A(/.*)?, which matches whole path segments only");
    for (String later : new String[] {"{uri: {prefix: /a/b}}", "{uri: {regex: /ab}}"}) {
      assertThat(check("{uri: {prefix: /a}}", later + ", {uri: {exact: /c}}"))
          .contains("advice: put the narrower route first, or make the earlier match narrower\n")
          .doesNotContain("(/.*)?");
    }
  }

  @Test
  void equalConditionsAreCalledEqual() {
    String same = "advice: both match the same requests: remove one of them, or add a condition";
    assertThat(check("", "")).contains(same).doesNotContain("regex");
    assertThat(check("{port: 443}, {headers: {x: {exact: t}}}", "{port: 443}"))
        .contains(same)
        .doesNotContain("regex");
    assertThat(check("{authority: {exact: a.b}}", "{headers: {Host: {exact: a.b}}}"))
        .contains(same)
        .doesNotContain("regex");
    assertThat(check("{uri: {prefix: /a}}", "{uri: {prefix: /a}}"))
        .contains(same)
        .doesNotContain("regex");
  }

  @Test
  void whatStaysWithAnotherIsNamed() {
    assertThat(check("{headers: {x: {}}}", "{headers: {x: {exact: a}}}, {headers: {x: {}}}"))
        .contains("advice: reorder by hand: moving it up would also take GET /, header x: x away")
        .doesNotContain("regex");
  }

  @Test
  void oneConditionContradictsNothing() {
    assertThat(check("{withoutHeaders: {x: {regex: \".*\"}}}", "{uri: {prefix: /a}}"))
        .contains("no request reaches this route: no request can meet its condition on header[x]\n")
        .doesNotContain("contradict");
    assertThat(check("{scheme: {exact: ftp}}, {uri: {prefix: /b}}", "{uri: {prefix: /a}}"))
        .contains("no request reaches this match: no request can meet its condition on scheme\n");
    assertThat(check("{headers: {x: {exact: a}}, withoutHeaders: {x: {}}}", "{uri: {prefix: /a}}"))
        .contains("no request reaches this route: its conditions on header[x] contradict each");
  }

  private static String check(String first, String second) {
    String object =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop, namespace: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [gw]
          http:
          - {match: [%s], route: [{destination: {host: a}}]}
          - {match: [%s], route: [{destination: {host: b}}]}
        """;
    return Ran.fed(object.formatted(first, second), "check", "--language", "en", "-").out();
  }
}
