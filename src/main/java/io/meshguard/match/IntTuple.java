package io.meshguard.match;

import java.util.Arrays;

/** Numbers in order, as a key of a hash table. The array must not be changed afterwards. */
final class IntTuple {
  private final int[] values;
  private final int hash;

  IntTuple(int[] values) {
    this.values = values;
    this.hash = Arrays.hashCode(values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntTuple tuple
        && hash == tuple.hash
        && Arrays.equals(values, tuple.values);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
