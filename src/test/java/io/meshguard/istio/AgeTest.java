package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Manifests;
import io.meshguard.resource.Resource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AgeTest {

  private static final String EARLY = "2026-01-01T00:00:00Z";
  private static final String LATE = "2026-01-01T00:00:01Z";

  @ParameterizedTest
  @MethodSource("pairs")
  void theFirstIsOlder(Resource one, Resource other) {
    assertThat(Age.isOlder(one, other)).isEqualTo(Ternary.TRUE);
    assertThat(Age.isOlder(other, one)).isEqualTo(Ternary.FALSE);
  }

  static Stream<Arguments> pairs() {
    return Stream.of(
        arguments(rule("shop", "b", EARLY), rule("shop", "a", LATE)),
        arguments(rule("shop", "b", EARLY), rule("shop", "a", "")),
        arguments(rule("shop", "b", EARLY), rule("shop", "a", "2026-01-01T00:00:00+02:00")),
        arguments(rule("shop", "a", EARLY), rule("shop", "b", EARLY)),
        arguments(rule("pay", "a", EARLY), rule("shop", "a", EARLY)));
  }

  @Test
  void nothingIsOlderThanItself() {
    assertThat(Age.isOlder(rule("shop", "a", EARLY), rule("shop", "a", EARLY)))
        .isEqualTo(Ternary.FALSE);
  }

  @Test
  void ofTwoThatAreNotStoredNoneIsKnownToBeOlder() {
    assertThat(Age.isOlder(rule("shop", "a", ""), rule("shop", "b", "")))
        .isEqualTo(Ternary.UNKNOWN);
  }

  @Test
  void isNotKnownWhereVersionsDiffer() {
    Ternary byHyphen = Age.isOlder(rule("shop", "a", EARLY), rule("shop", "a-b", EARLY));
    assertThat(byHyphen).isEqualTo(Ternary.UNKNOWN);
    Ternary byNamespace = Age.isOlder(rule("shop", "a", EARLY), rule("shop", "a.b", EARLY));
    assertThat(byNamespace).isEqualTo(Ternary.UNKNOWN);
  }

  private static Resource rule(String namespace, String name, String created) {
    String time = created.isEmpty() ? "" : ", creationTimestamp: \"" + created + "\"";
    return Manifests.object(
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: %s, namespace: %s%s}
        spec: {host: cart}
        """
            .formatted(name, namespace, time));
  }
}
