package io.meshguard.match;

import java.util.ArrayList;
import java.util.List;

/**
 * Closes a set of code points under Unicode's simple case folding, as RE2's {@code (?i)} does. Only
 * ASCII letters and characters without case are folded here. That is on purpose: RE2/J 1.8 walks
 * the orbit of a character until it comes back, and for characters that are newer than its tables,
 * U+1C80 to U+1C88 on Java 17, it never does.
 */
final class CaseFolding {
  private static final CharSet LONG_S = CharSet.of(0x17F, 0x17F);
  private static final CharSet KELVIN = CharSet.of(0x212A, 0x212A);

  private CaseFolding() {}

  /**
   * @throws RegexParser.NotUnderstood where the set has characters beyond ASCII, unless it is a
   *     single one without case
   */
  static CharSet close(CharSet set) {
    if (!set.isAscii()) {
      if (!hasNoCase(set.single())) {
        throw new RegexParser.NotUnderstood();
      }
      return set;
    }
    List<CharSet> parts = new ArrayList<>();
    parts.add(set);
    for (int lower = 'a'; lower <= 'z'; lower++) {
      int upper = lower - 32;
      if (set.contains(lower) || set.contains(upper)) {
        parts.add(CharSet.of(lower, lower, upper, upper));
      }
    }
    if (set.contains('s') || set.contains('S')) {
      parts.add(LONG_S);
    }
    if (set.contains('k') || set.contains('K')) {
      parts.add(KELVIN);
    }
    return CharSet.union(parts);
  }

  private static boolean hasNoCase(int c) {
    return c >= 0
        && Character.toLowerCase(c) == c
        && Character.toUpperCase(c) == c
        && Character.toTitleCase(c) == c
        && Character.getType(c) != Character.UNASSIGNED;
  }
}
