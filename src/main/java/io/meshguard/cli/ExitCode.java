package io.meshguard.cli;

/** What a command ends with. */
final class ExitCode {

  /** Nothing at or above what was asked to fail on. */
  static final int CLEAN = 0;

  /** Findings at or above it. */
  static final int FINDINGS = 1;

  /** Wrong usage, or something that could not be read. */
  static final int UNUSABLE = 2;

  /** The webhook is paused. */
  static final int PAUSED = 3;

  private ExitCode() {}
}
