package io.meshguard.pause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({"30m,PT30M", "2h,PT2H", "1h30m,PT1H30M", "5s,PT5S", "1h0m1s,PT1H1S", "120m,PT2H"})
  void whatPeopleWriteIsRead(String text, Duration span) {
    assertThat(DurationText.parse(text)).isEqualTo(span);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2",
        "h",
        "2d",
        "-2h",
        "2h30",
        "30m2h",
        "1h1h",
        "0m",
        "2 h",
        "1.5h",
        "2H",
        "1234567s",
        "99999999999999999999h",
        "٢h"
      })
  void anythingElseIsNamed(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + text + "\" is not a duration such as 30m, 2h or 1h30m");
  }

  @ParameterizedTest
  @CsvSource({"PT2H,2h", "PT1H30M,1h30m", "PT24H,24h", "PT59.9S,59s", "PT0.5S,0s", "PT-5S,0s"})
  void whatIsWrittenIsWhatPeopleWrite(Duration span, String text) {
    assertThat(DurationText.text(span)).isEqualTo(text);
  }
}
