package io.meshguard.admission;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Collects warnings within what an API server passes on: 4,096 code points for all webhooks of a
 * request together, of which the two of Meshguard take half each (k8s.io/apiserver
 * pkg/endpoints/filters/warning.go).
 */
final class Warnings {

  /** Code points of one warning; an API server may cut a longer one. */
  static final int MOST_EACH = 256;

  /** Code points of all warnings of one review. */
  static final int MOST_TOGETHER = 2_048;

  private final Set<String> lines = new LinkedHashSet<>();
  private int together;
  private int left;

  /**
   * Adds a line, cut if it is too long, unless it is there already. Once the limit is passed lines
   * are only counted, so that an object with very many findings costs no more than one with some.
   */
  void add(Supplier<String> line) {
    if (together > MOST_TOGETHER) {
      left++;
      return;
    }
    String cut = cut(line.get(), MOST_EACH);
    if (lines.add(cut)) {
      together += length(cut);
    }
  }

  /**
   * Returns the warnings in the order in which they were added.
   *
   * @param andMore makes the last line out of the number of those that did not fit
   */
  List<String> fitting(IntFunction<String> andMore) {
    List<String> fitting = new ArrayList<>(lines);
    int length = together;
    int dropped = left;
    String last = "";
    while (length + length(last) > MOST_TOGETHER) {
      length -= length(fitting.remove(fitting.size() - 1));
      dropped++;
      last = cut(andMore.apply(dropped), MOST_EACH);
    }
    if (!last.isEmpty()) {
      fitting.add(last);
    }
    return fitting;
  }

  /** Returns the code points of a text. */
  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Returns a text cut to a number of code points. */
  static String cut(String text, int most) {
    return length(text) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, Math.max(0, most - 1))) + "…";
  }
}
