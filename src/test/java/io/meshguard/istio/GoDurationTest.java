package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "2s, 2000",
    "500ms, 500",
    "1m30s, 90000",
    "1.5h, 5400000",
    ".5s, 500",
    "0, 0",
    "0s, 0",
    "-1s, -1000",
    "+1s, 1000",
    "999us, 0"
  })
  void isRead(String text, long millis) {
    assertThat(GoDuration.millis(text)).hasValue(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "2", "s", "2 s", "2d", "1.2.3s", ".s", "1s2", "soon"})
  void isNone(String text) {
    assertThat(GoDuration.millis(text)).isEmpty();
  }

  @Test
  void nobodyWritesOneThatIsVeryLong() {
    assertThat(GoDuration.millis("1".repeat(1_000_000) + "s")).isEmpty();
  }
}
