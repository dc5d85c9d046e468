package io.meshguard.match;

/** A deterministic automaton that is walked one code point at a time. */
interface Runner {
  /** The state from which nothing is accepted any more. */
  int FAIL = -1;

  int start();

  /** Returns the state after the code point; FAIL stays FAIL. */
  int step(int state, int codePoint);

  boolean accepts(int state);

  /** Returns whether every continuation is accepted; false where that is not known. */
  boolean acceptsAll(int state);

  /** Returns code points at which the behaviour may change, in no order. */
  int[] boundaries();

  /** Returns a number that is equal for two code points only if they behave alike. */
  int classOf(int codePoint);
}
