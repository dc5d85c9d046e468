package io.meshguard.match;

import io.meshguard.deadline.Deadline;
import java.util.function.BooleanSupplier;

/**
 * How much work an analysis may do. One step is a handful of machine operations, in the order of 10
 * ns. The clock is the caller's: it is asked every few thousand steps whether time is up. Not for
 * use by several threads at once.
 */
public final class Budget {
  private static final int STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 4096;

  private final long steps;
  private final long stepsPerQuestion;
  private final BooleanSupplier expired;
  private long spent;
  private long questionEnd;
  private long nextLook = STEPS_BETWEEN_LOOKS_AT_THE_CLOCK;
  private boolean over;
  private boolean ended;

  /**
   * @param steps for the whole analysis
   * @param stepsPerQuestion for one verdict, so that one bad match does not starve the others
   * @param expired true once time is up
   */
  public Budget(long steps, long stepsPerQuestion, BooleanSupplier expired) {
    this.steps = steps;
    this.stepsPerQuestion = stepsPerQuestion;
    this.expired = expired;
    this.questionEnd = stepsPerQuestion;
  }

  /** Returns a budget for one admission review of about 100 ms at most. */
  public static Budget forReview(BooleanSupplier expired) {
    return new Budget(3_000_000, 600_000, expired);
  }

  /** Returns the steps done so far. */
  public long spent() {
    return spent;
  }

  /** Returns whether the whole budget is used up or time is up. */
  public boolean exhausted() {
    return over;
  }

  /** Returns whether any question was left open because the work for it was too much. */
  public boolean endedAQuestion() {
    return ended;
  }

  void beginQuestion() {
    questionEnd = spent + stepsPerQuestion;
  }

  /** Throws {@link BudgetExhausted} where the work so far is more than is allowed. */
  void charge(long work) {
    if (over) {
      throw end();
    }
    spent += work;
    Deadline.check();
    if (spent >= nextLook) {
      nextLook = spent + STEPS_BETWEEN_LOOKS_AT_THE_CLOCK;
      over = spent > steps || expired.getAsBoolean();
    }
    if (over || spent > questionEnd) {
      throw end();
    }
  }

  private BudgetExhausted end() {
    ended = true;
    return new BudgetExhausted();
  }

  /** Ends the question at hand; it never leaves the package. */
  static final class BudgetExhausted extends RuntimeException {
    private static final long serialVersionUID = 1;

    BudgetExhausted() {
      super("budget exhausted", null, false, false);
    }
  }
}
