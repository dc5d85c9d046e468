package io.meshguard.cli;

import io.meshguard.engine.GradedFinding;
import io.meshguard.report.CheckReport;
import io.meshguard.rule.Mode;

/** From which findings on a check fails. */
enum FailOn {
  DENY,
  WARN,
  FIXABLE,
  NEVER;

  /** Returns whether a finding makes a check fail. A denial does, unless nothing is to. */
  boolean fails(GradedFinding judged) {
    if (judged.exempt() || judged.mode() == Mode.OFF) {
      return false;
    }
    return switch (this) {
      case DENY -> judged.mode() == Mode.DENY;
      case WARN -> true;
      case FIXABLE -> judged.mode() == Mode.DENY || CheckReport.fixable(judged);
      case NEVER -> false;
    };
  }
}
