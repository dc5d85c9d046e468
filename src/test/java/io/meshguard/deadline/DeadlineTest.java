package io.meshguard.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DeadlineTest {

  private final AtomicLong clock = new AtomicLong();

  /** Steps of which each takes a nanosecond; returns how many were done. */
  private long stepsUntilStopped() {
    long begin = clock.get();
    try {
      while (clock.get() < begin + 1_000_000) {
        clock.incrementAndGet();
        Deadline.check();
      }
      return Long.MAX_VALUE;
    } catch (DeadlineExceededException e) {
      return clock.get() - begin;
    }
  }

  @Test
  void workWithoutADeadlineGoesOn() {
    assertThat(stepsUntilStopped()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void workEndsSoonAfterItsTime() {
    long steps = Deadline.within(clock::get, 10_000, this::stepsUntilStopped);
    assertThat(steps).isBetween(10_000L, 10_100L);
  }

  @Test
  void theNearerOfTwoDeadlinesCounts() {
    Deadline.Work<Long, RuntimeException> inner =
        () -> Deadline.within(clock::get, 50_000, this::stepsUntilStopped);
    assertThat(Deadline.within(clock::get, 1_000, inner)).isBetween(1_000L, 1_100L);
    clock.set(0);
    Deadline.Work<Long, RuntimeException> nearer =
        () -> Deadline.within(clock::get, 1_000, this::stepsUntilStopped);
    assertThat(Deadline.within(clock::get, 50_000, nearer)).isBetween(1_000L, 1_100L);
  }

  @Test
  void halfOfTheTimeIsLeftForWhatComesAfter() {
    Deadline.within(
        clock::get,
        10_000,
        () -> {
          assertThat(Deadline.withinHalf(this::stepsUntilStopped)).isBetween(5_000L, 5_100L);
          assertThat(Deadline.isOver()).isFalse();
          assertThat(Deadline.withinHalf(this::stepsUntilStopped)).isBetween(2_400L, 2_600L);
          return true;
        });
    assertThat(Deadline.withinHalf(this::stepsUntilStopped)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatIsKeptForEverybodyGetsDoneAndTheDeadlineHoldsAgainAfterIt() {
    Deadline.Work<Long, RuntimeException> shared =
        () -> Deadline.suspended(this::stepsUntilStopped);
    Deadline.Work<Long, RuntimeException> both =
        () -> {
          assertThat(shared.run()).isEqualTo(Long.MAX_VALUE);
          return stepsUntilStopped();
        };
    assertThat(Deadline.within(clock::get, 1_000, both)).isLessThan(100L);
    assertThat(Deadline.suspended(this::stepsUntilStopped)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void halfOfMuchTimeIsBounded() {
    Deadline.Work<Long, RuntimeException> bounded =
        () -> Deadline.withinHalf(1_000, this::stepsUntilStopped);
    assertThat(Deadline.within(clock::get, 500_000, bounded)).isBetween(1_000L, 1_100L);
  }

  @Test
  void afterTheWorkThereIsNoDeadlineAnyMore() {
    assertThatThrownBy(
            () ->
                Deadline.within(
                    clock::get,
                    -1,
                    () -> {
                      assertThat(Deadline.isOver()).isTrue();
                      throw new DeadlineExceededException();
                    }))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(Deadline.isOver()).isFalse();
    assertThat(stepsUntilStopped()).isEqualTo(Long.MAX_VALUE);
  }
}
