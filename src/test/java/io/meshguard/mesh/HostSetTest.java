package io.meshguard.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostSetTest {

  private static final HostSet HOSTS =
      new HostSet(
          List.of("a.example.com", "*.wild.example.com", "b.narrow.example.com", "*-x.org"));

  @ParameterizedTest
  @CsvSource({
    "a.example.com, true, true",
    "x.a.example.com, false, false",
    "q.wild.example.com, true, true",
    "p.q.wild.example.com, true, true",
    "wild.example.com, false, false",
    "*.q.wild.example.com, true, true",
    "*.wild.example.com, true, true",
    "*.narrow.example.com, false, true",
    "*.example.com, false, true",
    "*, false, true",
    "*.other.com, false, false",
    "a-x.org, true, true",
    "x.org, false, false",
    "'', false, false",
  })
  void answersAsNameByNameComparisonDoes(String host, boolean covered, boolean overlapping) {
    assertThat(HOSTS.covers(host)).isEqualTo(covered);
    assertThat(HOSTS.overlaps(host)).isEqualTo(overlapping);
  }

  @Test
  void anyHostCoversEverything() {
    assertThat(new HostSet(List.of("*")).covers("a.example.com")).isTrue();
    assertThat(new HostSet(List.of("*")).covers("*")).isTrue();
    assertThat(new HostSet(List.of()).overlaps("*")).isFalse();
  }
}
