package io.meshguard.match;

/** The answer to the question whether there is a request with certain properties. */
public sealed interface Sample {

  /** There is, for instance this one. */
  record Found(Request request) implements Sample {}

  /** There is none. */
  record None() implements Sample {}

  /** Not decided. */
  record Unknown(Coverage.Reason reason) implements Sample {}
}
