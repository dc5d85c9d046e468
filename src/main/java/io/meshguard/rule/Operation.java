package io.meshguard.rule;

/** What is being done to an object. */
public enum Operation {
  /** It is read from a file. */
  LOOK,
  /** It is created, or judged as if it were now. */
  CREATE,
  /** It is changed. */
  UPDATE
}
