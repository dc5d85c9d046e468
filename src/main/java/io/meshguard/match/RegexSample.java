package io.meshguard.match;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a short, readable member of a language straight off the tree of its pattern. */
final class RegexSample {
  private static final int MAX_LENGTH = 200;

  private final StringBuilder text = new StringBuilder();
  private boolean ended;

  private RegexSample() {}

  /** Returns a text that certainly matches, or null where the tree does not show one. */
  static @Nullable String of(RegexNode tree) {
    RegexSample sample = new RegexSample();
    return sample.append(tree) ? sample.text.toString() : null;
  }

  private boolean append(RegexNode node) {
    if (node instanceof RegexNode.Chars chars) {
      if (ended || chars.set().isEmpty() || text.length() > MAX_LENGTH) {
        return false;
      }
      text.appendCodePoint(best(chars.set()));
      return true;
    }
    if (node instanceof RegexNode.Concat concat) {
      return concat.parts().stream().allMatch(this::append);
    }
    if (node instanceof RegexNode.Alternate alternate) {
      return append(shortest(alternate.branches()));
    }
    if (node instanceof RegexNode.Repeat repeat) {
      boolean done = true;
      for (int i = 0; done && i < repeat.min(); i++) {
        done = append(repeat.body());
      }
      return done;
    }
    if (node instanceof RegexNode.Begin) {
      return text.isEmpty();
    }
    ended = node instanceof RegexNode.End;
    return ended;
  }

  private static RegexNode shortest(List<RegexNode> branches) {
    RegexNode best = branches.get(0);
    for (RegexNode branch : branches) {
      if (length(branch) < length(best)) {
        best = branch;
      }
    }
    return best;
  }

  private static long length(RegexNode node) {
    if (node instanceof RegexNode.Chars) {
      return 1;
    }
    if (node instanceof RegexNode.Concat concat) {
      return concat.parts().stream().mapToLong(RegexSample::length).sum();
    }
    if (node instanceof RegexNode.Alternate alternate) {
      return alternate.branches().stream().mapToLong(RegexSample::length).min().orElse(0);
    }
    if (node instanceof RegexNode.Repeat repeat) {
      return Math.min(MAX_LENGTH, length(repeat.body()) * repeat.min());
    }
    return 0;
  }

  private static int best(CharSet set) {
    int[] ranges = set.ranges();
    int best = ranges[0];
    for (int i = 0; i < ranges.length; i += 2) {
      int candidate = Readability.best(ranges[i], ranges[i + 1]);
      if (Readability.rank(candidate) < Readability.rank(best)) {
        best = candidate;
      }
    }
    return best;
  }
}
