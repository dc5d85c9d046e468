package io.meshguard.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Choices by a seed. */
final class Dice {
  private final Random random;

  Dice(long seed) {
    this.random = new Random(seed);
  }

  /** Returns true in so many of a hundred cases. */
  boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  /** Returns a number from 0 on, below a bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Returns one of some values. */
  <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Returns one of some values. */
  @SafeVarargs
  final <T> T of(T... values) {
    return values[random.nextInt(values.length)];
  }

  /** Returns so many of some values, in any order; all where there are fewer. */
  <T> List<T> some(int count, List<T> values) {
    List<T> shuffled = new ArrayList<>(values);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, Math.min(count, shuffled.size()));
  }
}
