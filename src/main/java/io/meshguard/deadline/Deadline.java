package io.meshguard.deadline;

import java.util.Optional;
import java.util.function.LongSupplier;
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

  /**
   * Something to be done.
   *
   * @param <T> what it returns
   * @param <E> what it throws
   */
  public interface Work<T, E extends Exception> {
    /** Does it. */
    T run() throws E;
  }

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
  public static <T, E extends Exception> T within(LongSupplier nanos, long end, Work<T, E> work)
      throws E {
    Deadline outer = CURRENT.get();
    boolean nearer = outer == null || end - outer.end < 0;
    return nearer ? set(new Deadline(nanos, end), outer, work) : work.run();
  }

  /**
   * Does work on this thread under a deadline that leaves time for what comes after it: the work
   * gets half of what is left now. Without a deadline the work has all the time.
   *
   * @param mostNanos the most that the work gets, in nanoseconds
   * @return what the work returns
   * @throws DeadlineExceededException if the work came to a {@link #check} too late
   */
  public static <T, E extends Exception> T withinHalf(long mostNanos, Work<T, E> work) throws E {
    Deadline outer = CURRENT.get();
    if (outer == null) {
      return work.run();
    }
    long now = outer.nanos.getAsLong();
    long half = Math.max(0, outer.end - now) / 2;
    return set(new Deadline(outer.nanos, now + Math.min(half, mostNanos)), outer, work);
  }

  /**
   * Does work on this thread for which half of the time that is left now is enough; see {@link
   * #withinHalf(long, Work)}.
   */
  public static <T, E extends Exception> T withinHalf(Work<T, E> work) throws E {
    return withinHalf(Long.MAX_VALUE, work);
  }

  /**
   * Does work on this thread as if there were no deadline: work whose result is kept for everybody
   * must get done once, or it would be begun and given up in every review.
   *
   * @return what the work returns
   */
  public static <T, E extends Exception> T suspended(Work<T, E> work) throws E {
    Deadline outer = CURRENT.get();
    if (outer == null) {
      return work.run();
    }
    CURRENT.remove();
    try {
      return work.run();
    } finally {
      CURRENT.set(outer);
    }
  }

  private static <T, E extends Exception> T set(
      Deadline deadline, @Nullable Deadline outer, Work<T, E> work) throws E {
    CURRENT.set(deadline);
    try {
      return work.run();
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
