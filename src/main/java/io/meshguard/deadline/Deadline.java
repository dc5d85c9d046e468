package io.meshguard.deadline;

import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time by which the work on a thread must be over. Whoever starts the work sets it; every loop
 * whose length follows from input that somebody else wrote calls {@link #check}, which throws once
 * the time is over. Without a deadline {@link #check} does nothing.
 *
 * <p>It goes with the thread and not through parameters, because the loops are at the far end of
 * readers, rules and lookups that otherwise need not know who called them. Used by one thread.
 */
public final class Deadline {

  /** Reading a clock takes as long as some tens of steps, so it is not read at each of them. */
  private static final int STEPS_BETWEEN_LOOKS = 64;

  private static final ThreadLocal<@Nullable Deadline> CURRENT = new ThreadLocal<>();

  private final LongSupplier nanos;
  private final long end;
  private int steps;

  private Deadline(LongSupplier nanos, long end) {
    this.nanos = nanos;
    this.end = end;
  }

  /**
   * Does work on this thread under a deadline. A deadline that already holds on the thread and is
   * nearer still counts.
   *
   * @param nanos a clock as {@link System#nanoTime} is one
   * @param end time of that clock, in nanoseconds, by which the work must be over
   * @return what the work returns
   * @throws DeadlineExceededException if the work came to a {@link #check} too late
   */
  public static <T> T within(LongSupplier nanos, long end, Supplier<T> work) {
    Deadline outer = CURRENT.get();
    boolean nearer = outer == null || end - outer.end < 0;
    return nearer ? set(new Deadline(nanos, end), outer, work) : work.get();
  }

  /**
   * Does work on this thread under a deadline that leaves time for what comes after it: the work
   * gets one part in so many of what is left now. Without a deadline the work has all the time.
   *
   * @param parts the work gets {@code 1/parts}
   * @return what the work returns
   * @throws DeadlineExceededException if the work came to a {@link #check} too late
   */
  public static <T> T withinShare(int parts, Supplier<T> work) {
    Deadline outer = CURRENT.get();
    if (outer == null) {
      return work.get();
    }
    long now = outer.nanos.getAsLong();
    long left = Math.max(0, outer.end - now);
    return set(new Deadline(outer.nanos, now + left / parts), outer, work);
  }

  private static <T> T set(Deadline deadline, @Nullable Deadline outer, Supplier<T> work) {
    CURRENT.set(deadline);
    try {
      return work.get();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  /**
   * Goes on, or ends the work where its time is over. Cheap enough for every step of a loop.
   *
   * @throws DeadlineExceededException if the time is over
   */
  public static void check() {
    Deadline deadline = CURRENT.get();
    if (deadline != null) {
      deadline.step();
    }
  }

  /** Returns whether the time of the work on this thread is over; false without a deadline. */
  public static boolean isOver() {
    return Optional.ofNullable(CURRENT.get()).filter(Deadline::passed).isPresent();
  }

  private void step() {
    if (++steps >= STEPS_BETWEEN_LOOKS) {
      steps = 0;
      if (passed()) {
        throw new DeadlineExceededException();
      }
    }
  }

  private boolean passed() {
    return nanos.getAsLong() - end >= 0;
  }
}
