package io.meshguard.deadline;

/** The time for the work on this thread is over; thrown by {@link Deadline#check}. */
public final class DeadlineExceededException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** It ends work that was well, so where it was thrown tells nothing and costs time. */
  DeadlineExceededException() {
    super("the deadline is over", null, false, false);
  }
}
