package io.meshguard.pause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PauseTest {

  private static final Instant UNTIL = Instant.parse("2026-03-01T02:00:00Z");

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Pause pause = new Pause(UNTIL, "alice", "release 42", true);

    assertThat(Pause.read(pause.data())).isEqualTo(pause);
  }

  @Test
  void theTimeAloneIsEnough() throws Exception {
    assertThat(Pause.read(Map.of("until", " 2026-03-01T02:00:00Z\n")))
        .isEqualTo(new Pause(UNTIL, "", "", false));
  }

  @Test
  void whatSaysNoTimeIsNoPause() {
    assertThatThrownBy(() -> Pause.read(Map.of("by", "alice")))
        .isInstanceOf(UnreadablePause.class)
        .hasMessageContaining("\"until\"");
    assertThatThrownBy(() -> Pause.read(Map.of("until", "tomorrow")))
        .isInstanceOf(UnreadablePause.class)
        .hasMessageContaining("2026-03-01T02:00:00Z");
    assertThatThrownBy(() -> Pause.read(Map.of("until", UNTIL.toString(), "hard", "yes")))
        .isInstanceOf(UnreadablePause.class)
        .hasMessageContaining("hard");
  }

  @Test
  void itEndsByItself() {
    PauseHolder holder = new PauseHolder();
    Pause pause = new Pause(UNTIL, "alice", "", false);
    assertThat(holder.active(UNTIL.minusSeconds(1))).isEmpty();

    holder.set(Optional.of(pause));
    assertThat(holder.active(UNTIL.minusMillis(1))).contains(pause);
    assertThat(holder.active(UNTIL)).isEmpty();

    holder.set(Optional.empty());
    assertThat(holder.active(UNTIL.minusSeconds(1))).isEmpty();
  }
}
