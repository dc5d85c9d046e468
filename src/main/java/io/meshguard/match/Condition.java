package io.meshguard.match;

import java.util.Objects;

/** One condition of a match; when negated it holds for exactly the values that the test refuses. */
public record Condition(Dimension dimension, ValueMatch test, boolean negated) {
  public Condition {
    Objects.requireNonNull(dimension);
    Objects.requireNonNull(test);
  }
}
