package io.meshguard.match;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** An immutable set of code points as sorted, disjoint, not adjoining ranges. */
final class CharSet {
  static final CharSet NONE = new CharSet(new int[0]);
  static final CharSet ANY = new CharSet(new int[] {0, Character.MAX_CODE_POINT});

  /** lowest0, highest0, lowest1, highest1, … */
  private final int[] bounds;

  /** One bit for each of the first 128 code points. */
  private final long low;

  private final long high;

  private CharSet(int[] bounds) {
    this.bounds = bounds;
    this.low = bits(0);
    this.high = bits(64);
  }

  private long bits(int from) {
    long bits = 0;
    for (int i = 0; i < bounds.length && bounds[i] < from + 64; i += 2) {
      for (int c = Math.max(bounds[i], from); c <= Math.min(bounds[i + 1], from + 63); c++) {
        bits |= 1L << (c - from);
      }
    }
    return bits;
  }

  /** Returns the union of ranges given as lowest0, highest0, lowest1, highest1, … */
  static CharSet of(int... lowHigh) {
    int count = lowHigh.length / 2;
    long[] ranges = new long[count];
    for (int i = 0; i < count; i++) {
      ranges[i] = ((long) lowHigh[2 * i] << 32) | lowHigh[2 * i + 1];
    }
    Arrays.sort(ranges);
    int[] out = new int[lowHigh.length];
    int size = 0;
    for (long range : ranges) {
      int low = (int) (range >>> 32);
      int high = (int) range;
      if (size > 0 && low <= out[size - 1] + 1) {
        out[size - 1] = Math.max(out[size - 1], high);
      } else {
        out[size++] = low;
        out[size++] = high;
      }
    }
    return size == 0 ? NONE : new CharSet(Arrays.copyOf(out, size));
  }

  static CharSet ofChars(String chars) {
    return of(chars.codePoints().flatMap(c -> IntStream.of(c, c)).toArray());
  }

  static CharSet union(List<CharSet> sets) {
    if (sets.size() == 1) {
      return sets.get(0);
    }
    return of(sets.stream().flatMapToInt(set -> Arrays.stream(set.bounds)).toArray());
  }

  CharSet union(CharSet other) {
    return union(List.of(this, other));
  }

  CharSet complement() {
    int[] out = new int[bounds.length + 2];
    int size = 0;
    int low = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      if (low < bounds[i]) {
        out[size++] = low;
        out[size++] = bounds[i] - 1;
      }
      low = bounds[i + 1] + 1;
    }
    if (low <= Character.MAX_CODE_POINT) {
      out[size++] = low;
      out[size++] = Character.MAX_CODE_POINT;
    }
    return new CharSet(Arrays.copyOf(out, size));
  }

  CharSet minus(CharSet other) {
    return complement().union(other).complement();
  }

  boolean contains(int codePoint) {
    if (codePoint < 128) {
      return ((codePoint < 64 ? low : high) >>> codePoint & 1) == 1;
    }
    int at = Arrays.binarySearch(bounds, codePoint);
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  /** Returns the only member, or -1 where there are more or none. */
  int single() {
    return bounds.length == 2 && bounds[0] == bounds[1] ? bounds[0] : -1;
  }

  boolean isAscii() {
    return isEmpty() || bounds[bounds.length - 1] < 0x80;
  }

  /** Returns a copy of the ranges: lowest0, highest0, lowest1, highest1, … */
  int[] ranges() {
    return bounds.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharSet set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }
}
