package io.meshguard.cli;

/** What a command ends with. */
final class ExitCode {

  /** Nothing at or above what was asked to fail on. */
  static final int CLEAN = 0;

  /** Findings at or above it. */
  static final int FINDINGS = 1;

  /** Wrong usage, or something that could not be read or written. */
  static final int UNUSABLE = 2;

  /** The webhook is paused. */
  static final int PAUSED = 3;

  /** Nothing was found, and it is not certain that there is nothing. */
  /** None of it is wrong for certain, and it depends on what is not known. */
  static final int UNCERTAIN = 3;

  /** An internal error of ours, or too little memory; what findings there are is not known. */
  static final int FAULT = 70;

  private ExitCode() {}
}
