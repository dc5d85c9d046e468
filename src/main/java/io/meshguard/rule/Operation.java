package io.meshguard.rule;

/** What is being done to an object. */
public enum Operation {
  /** It is read from a file, or judged as it is stored. */
  LOOK,
  /** It is created. */
  CREATE,
  /** It is changed. */
  UPDATE
}
