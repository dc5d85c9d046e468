package io.meshguard.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VersionRangeTest {

  @Test
  void firstIsInsideAndEndIsOutside() {
    VersionRange range = VersionRange.between("1.10.2", "1.19");
    assertThat(range.contains(Version.of("1.10.1"))).isFalse();
    assertThat(range.contains(Version.of("1.10.2"))).isTrue();
    assertThat(range.contains(Version.of("1.18.9"))).isTrue();
    assertThat(range.contains(Version.of("1.19.0"))).isFalse();
    assertThat(VersionRange.ALL.contains(Version.of("0.1"))).isTrue();
  }

  @Test
  void isShownWithoutPatchOfZero() {
    assertThat(VersionRange.between("1.10.2", "1.19")).hasToString(">=1.10.2 <1.19");
    assertThat(VersionRange.from("1.10.0")).hasToString(">=1.10");
    assertThat(VersionRange.before("1.19")).hasToString("<1.19");
    assertThat(VersionRange.ALL).hasToString("all");
  }
}
