package io.meshguard.mesh;

import io.meshguard.deadline.Deadline;

/**
 * How much work may go into one object, counted in steps of some machine operations each, so that
 * the same object always gets the same answer. Where it is used up, whoever works leaves the rest
 * and says so. Not for use by several threads at once.
 */
public final class WorkBudget {

  private long left;

  /** Makes a budget of so many steps. */
  public WorkBudget(long steps) {
    this.left = steps;
  }

  /** Takes steps for work to come; returns whether that work may be done. */
  public boolean take(long steps) {
    Deadline.check();
    left = steps > left ? -1 : left < 0 ? left : left - steps;
    return left >= 0;
  }

  /** Returns whether work was left undone. */
  public boolean isOver() {
    return left < 0;
  }
}
