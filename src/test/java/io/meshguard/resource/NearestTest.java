package io.meshguard.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

  @ParameterizedTest
  @CsvSource({
    "deny, deny, 0",
    "dney, deny, 1",
    "dny, deny, 1",
    "denyy, deny, 1",
    "dent, deny, 1",
    "'', off, 3",
    "off, '', 3",
    "ca, abc, 3",
    "warn, fix, 4",
  })
  void countsEdits(String a, String b, int distance) {
    assertThat(Nearest.distance(a, b)).isEqualTo(distance);
  }

  @Test
  void takesTheNearestAndTheFirstOfSeveral() {
    List<String> words = List.of("warn", "deny", "dent");
    assertThat(Nearest.to("denz", words)).contains("deny");
    assertThat(Nearest.to("dent", words)).contains("dent");
    assertThat(Nearest.to("DENY", words)).contains("deny");
  }

  @Test
  void isSilentWhereNothingIsNear() {
    assertThat(Nearest.to("quarantine", List.of("warn", "deny"))).isEmpty();
    assertThat(Nearest.to("x", List.of("yz"))).isEmpty();
    assertThat(Nearest.to("d".repeat(81), List.of("d".repeat(80)))).isEmpty();
  }
}
