package io.meshguard.match;

import java.util.Arrays;

/** Collects ascending code points; a run of neighbours takes the room of two. */
final class CharSetBuilder {
  private int[] bounds = new int[16];
  private int size;

  void add(int c) {
    if (size > 0 && bounds[size - 1] == c - 1) {
      bounds[size - 1] = c;
      return;
    }
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * size);
    }
    bounds[size++] = c;
    bounds[size++] = c;
  }

  CharSet build() {
    return CharSet.of(Arrays.copyOf(bounds, size));
  }
}
