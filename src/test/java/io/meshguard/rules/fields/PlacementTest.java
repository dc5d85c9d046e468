package io.meshguard.rules.fields;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.resource.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
  private static final Kind KIND = new Kind("g", "K", "ks", true, List.of("v1"));

  private static FieldNode root(String... lines) {
    return FieldList.parse(List.of(lines)).of(KIND).orElseThrow();
  }

  private static final FieldNode FIELDS =
      root("0 hosts host httpRoute tcp url trafficPolicy consecutive5xxErrors", "kind g/K 0");

  @ParameterizedTest
  @CsvSource({
    "Hosts, hosts",
    "HTTPRoute, httpRoute",
    "http_route, httpRoute",
    "http-route, httpRoute",
    "hots, host",
    "hsot, host",
    "hostz, host",
    "httpRuote, httpRoute",
    "htpRoutee, httpRoute",
    "traficPolici, trafficPolicy",
    "consecutive5xxErors, consecutive5xxErrors"
  })
  void slipsAreFound(String name, String meant) {
    assertThat(Placement.typo(name, FIELDS)).contains(meant);
  }

  /** Short names are near to each other without meaning each other. */
  @ParameterizedTest
  @ValueSource(
      strings = {"tls", "uri", "http", "hxxt", "httpRtoe2x", "retries", "policyTraffic", ""})
  void otherNamesAreNoSlips(String name) {
    assertThat(Placement.typo(name, FIELDS)).isEmpty();
  }

  @Test
  void nearestNameIsMeant() {
    FieldNode node = root("0 timeoutsxx timeout2x timeoutes", "kind g/K 0");
    assertThat(Placement.typo("timeoutss", node)).contains("timeoutes");
  }

  @Test
  void nodesKnowTheNamesOfAllBelowThem() {
    FieldNode node = root("0 a", "1 b=0 c", "2 d[]=1", "kind g/K 2");
    assertThat(node.names()).containsExactlyInAnyOrder("a", "b", "c", "d");
    assertThat(node.field("d").flatMap(FieldNode.Field::node).map(FieldNode::names))
        .hasValueSatisfying(names -> assertThat(names).containsExactlyInAnyOrder("a", "b", "c"));
    assertThat(node.field("a")).isEqualTo(Optional.empty());
  }
}
