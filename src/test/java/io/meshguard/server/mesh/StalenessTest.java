package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StalenessTest {

  private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final AtomicBoolean open = new AtomicBoolean();
  private final Staleness staleness = new Staleness(clock, open::get);

  @Test
  void countsFromTheStartUntilSomethingComesIn() {
    clock.advance(Duration.ofSeconds(90));

    assertThat(staleness.seconds()).isEqualTo(90);
    open.set(true);
    assertThat(staleness.seconds()).isZero();
  }

  @Test
  void countsFromTheLastTimeThatAWatchWasSeenOpen() {
    open.set(true);
    clock.advance(Duration.ofHours(1));
    assertThat(staleness.seconds()).isZero();
    open.set(false);
    clock.advance(Duration.ofSeconds(30));

    assertThat(staleness.seconds()).isEqualTo(30);
    clock.advance(Duration.ofMinutes(-1));
    assertThat(staleness.seconds()).as("a clock that is set back").isZero();
  }
}
