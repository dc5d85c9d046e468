package io.meshguard.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Versions.Applicability;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class VersionsTest {

  @ParameterizedTest
  @CsvSource({
    "1.20, true, EVERYWHERE",
    "1.20, false, SOMEWHERE",
    "1.20 1.30, true, SOMEWHERE",
    "1.20 1.30, false, SOMEWHERE",
    "1.30, true, NOWHERE",
    "1.30, false, UNKNOWN",
    "'', true, UNKNOWN",
    "'', false, UNKNOWN"
  })
  void saysOfWhichVersionsAStatementIsTrue(String known, boolean complete, Applicability expected) {
    Set<Version> versions =
        Stream.of(known.split(" "))
            .filter(text -> !text.isEmpty())
            .map(Version::of)
            .collect(Collectors.toSet());

    assertThat(new Versions(versions, complete).in(VersionRange.before("1.25")))
        .isEqualTo(expected);
  }

  @Test
  void whatIsTrueOfAllVersionsNeedsToKnowNone() {
    assertThat(Versions.UNKNOWN.in(VersionRange.ALL)).isEqualTo(Applicability.EVERYWHERE);
  }

  @Test
  void isMetWhereOneVersionCertainlyIs() {
    assertThat(Applicability.EVERYWHERE.isMet()).isTrue();
    assertThat(Applicability.SOMEWHERE.isMet()).isTrue();
    assertThat(Applicability.NOWHERE.isMet()).isFalse();
    assertThat(Applicability.UNKNOWN.isMet()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void bothAreTrueWhereTheNarrowerIs(Applicability one) {
    assertThat(one.and(Applicability.EVERYWHERE)).isEqualTo(one);
    assertThat(Applicability.EVERYWHERE.and(one)).isEqualTo(one);
    assertThat(one.and(Applicability.NOWHERE)).isEqualTo(Applicability.NOWHERE);
    assertThat(Applicability.NOWHERE.and(one)).isEqualTo(Applicability.NOWHERE);
  }
}
