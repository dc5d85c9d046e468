package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
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

  @Test
  void answersAsNameByNameComparisonDoesForManyNames() {
    Random random = new Random(5);
    for (int round = 0; round < 2_000; round++) {
      List<String> names = Stream.generate(() -> name(random)).limit(random.nextInt(8)).toList();
      HostSet set = new HostSet(names);
      String host = name(random);
      assertThat(set.covers(host))
          .as("%s covers %s", names, host)
          .isEqualTo(names.stream().anyMatch(name -> HostName.covers(name, host)));
      assertThat(set.overlaps(host))
          .as("%s overlaps %s", names, host)
          .isEqualTo(names.stream().anyMatch(name -> HostName.overlap(name, host)));
      assertThat(set.overlaps(new HostSet(List.of(host, "never")))).isEqualTo(set.overlaps(host));
    }
  }

  private static String name(Random random) {
    StringBuilder name = new StringBuilder(random.nextBoolean() ? "*" : "");
    for (int i = random.nextInt(4); i >= 0; i--) {
      name.append(random.nextBoolean() ? 'a' : 'b');
    }
    return name.toString();
  }
}
