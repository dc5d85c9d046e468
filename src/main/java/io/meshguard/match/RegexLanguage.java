package io.meshguard.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The language of one pattern. RE2/J judges whether it is legal; the automaton is our own. */
final class RegexLanguage {
  private static final int MAX_LENGTH = 4096;
  private static final long MAX_SIZE = 10_000;

  private final String pattern;
  private final @Nullable RegexNode tree;
  private final @Nullable Pattern oracle;
  private final @Nullable String error;
  private final long size;

  private RegexLanguage(
      String pattern,
      @Nullable RegexNode tree,
      @Nullable Pattern oracle,
      @Nullable String error,
      long size) {
    this.pattern = pattern;
    this.tree = tree;
    this.oracle = oracle;
    this.error = error;
    this.size = size;
  }

  /** Reads a pattern; illegal and unsupported ones are told by the result, never thrown. */
  static RegexLanguage of(String pattern, Budget budget) {
    if (pattern.length() > MAX_LENGTH) {
      return new RegexLanguage(pattern, null, null, null, MAX_SIZE);
    }
    budget.charge(pattern.length() * 4L);
    RegexNode tree = null;
    long size = pattern.length();
    try {
      tree = RegexParser.parse(pattern);
      size = tree.size();
    } catch (RegexParser.NotUnderstood e) {
      if (!safeToCompile(pattern)) {
        return new RegexLanguage(pattern, null, null, null, MAX_SIZE);
      }
    }
    if (size > MAX_SIZE) {
      return new RegexLanguage(pattern, null, null, null, MAX_SIZE);
    }
    budget.charge(size * 16);
    try {
      Pattern oracle = Pattern.compile(pattern);
      return new RegexLanguage(pattern, computable(tree), oracle, null, size);
    } catch (PatternSyntaxException e) {
      return new RegexLanguage(pattern, null, null, String.valueOf(e.getMessage()), size);
    }
  }

  private static @Nullable RegexNode computable(@Nullable RegexNode tree) {
    return tree != null && tree.supported() ? tree : null;
  }

  /**
   * A text that our own reader gave up on is handed to RE2/J only where its nesting cannot exhaust
   * the stack, its repetitions cannot exhaust the heap, and no character beyond ASCII is folded
   * (see {@link CaseFolding}).
   */
  private static boolean safeToCompile(String pattern) {
    long groups = pattern.chars().filter(c -> c == '(').count();
    long repeats = pattern.chars().filter(c -> c == '{').count();
    return groups <= 100 && repeats <= 2 && !mayFoldBeyondAscii(pattern);
  }

  private static boolean mayFoldBeyondAscii(String pattern) {
    boolean folds = false;
    for (int at = pattern.indexOf("(?"); at >= 0; at = pattern.indexOf("(?", at + 1)) {
      for (int i = at + 2; i < pattern.length() && isFlag(pattern.charAt(i)); i++) {
        folds |= pattern.charAt(i) == 'i';
      }
    }
    return folds && (!pattern.chars().allMatch(c -> c < 0x80) || hasNumericEscape(pattern));
  }

  private static boolean isFlag(char c) {
    return (c >= 'a' && c <= 'z') || c == 'U' || c == '-';
  }

  private static boolean hasNumericEscape(String pattern) {
    for (int at = pattern.indexOf('\\'); at >= 0; at = pattern.indexOf('\\', at + 1)) {
      char next = at + 1 < pattern.length() ? pattern.charAt(at + 1) : ' ';
      if (next == 'x' || (next >= '0' && next <= '9')) {
        return true;
      }
    }
    return false;
  }

  String pattern() {
    return pattern;
  }

  /** Returns the pattern's tree, or null where the language cannot be computed. */
  @Nullable RegexNode tree() {
    return tree;
  }

  /** Returns null where the pattern is illegal, or too large to be compiled at all. */
  @Nullable Pattern oracle() {
    return oracle;
  }

  /** Returns why the pattern is illegal, or null. */
  @Nullable String error() {
    return error;
  }

  long size() {
    return size;
  }

  /** Returns what it may cost RE2/J to match a value: it follows all states at once. */
  long stepsToMatch(String value) {
    return size * (value.length() + 1) / 4 + 16;
  }

  /** Returns the text with which every value of the language begins; maybe empty. */
  String requiredPrefix() {
    StringBuilder prefix = new StringBuilder();
    if (tree != null) {
      appendPrefix(tree, prefix);
    }
    return prefix.toString();
  }

  /** Returns whether the whole node was a fixed text, so that more may be appended. */
  private static boolean appendPrefix(RegexNode node, StringBuilder prefix) {
    if (node instanceof RegexNode.Chars chars) {
      if (chars.set().single() >= 0) {
        prefix.appendCodePoint(chars.set().single());
        return true;
      }
      return false;
    }
    if (node instanceof RegexNode.Concat concat) {
      return concat.parts().stream().allMatch(part -> appendPrefix(part, prefix));
    }
    return node instanceof RegexNode.Begin || node instanceof RegexNode.End;
  }
}
