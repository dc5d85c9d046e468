package io.meshguard.match;

/** A condition made ready: the property by its number in the {@link Space}, and what it must do. */
record Literal(int dimension, Atom atom, boolean positive) {}
