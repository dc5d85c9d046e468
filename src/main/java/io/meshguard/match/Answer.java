package io.meshguard.match;

/** A yes or no that may stay open: the budget ended, or a condition cannot be decided. */
public enum Answer {
  YES,
  NO,
  UNKNOWN
}
