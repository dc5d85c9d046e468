package io.meshguard.match;

import java.util.List;

/** The syntax tree of a pattern; groups, laziness and names do not change the language. */
sealed interface RegexNode {

  /** Where a repetition has no upper bound. */
  int UNBOUNDED = -1;

  record Chars(CharSet set) implements RegexNode {}

  record Concat(List<RegexNode> parts) implements RegexNode {}

  record Alternate(List<RegexNode> branches) implements RegexNode {}

  record Repeat(RegexNode body, int min, int max) implements RegexNode {}

  /** Only at the start of the text. */
  record Begin() implements RegexNode {}

  /** Only at the end of the text. */
  record End() implements RegexNode {}

  /** Legal RE2, but no language of its own that could be computed exactly here. */
  record Unsupported() implements RegexNode {}

  /** Returns the number of states the pattern needs when its repetitions are written out. */
  default long size() {
    if (this instanceof Concat concat) {
      return concat.parts().stream().mapToLong(RegexNode::size).sum();
    }
    if (this instanceof Alternate alternate) {
      return alternate.branches().stream().mapToLong(branch -> branch.size() + 1).sum();
    }
    if (this instanceof Repeat repeat) {
      int copies = repeat.max() == UNBOUNDED ? repeat.min() + 1 : repeat.max();
      return Math.min(Integer.MAX_VALUE, (repeat.body().size() + 1) * copies);
    }
    return 1;
  }

  /** Returns whether every part of the pattern can be computed. */
  default boolean supported() {
    if (this instanceof Concat concat) {
      return concat.parts().stream().allMatch(RegexNode::supported);
    }
    if (this instanceof Alternate alternate) {
      return alternate.branches().stream().allMatch(RegexNode::supported);
    }
    if (this instanceof Repeat repeat) {
      return repeat.body().supported();
    }
    return !(this instanceof Unsupported);
  }
}
