package io.meshguard.match;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads RE2 syntax (https://github.com/google/re2/wiki/Syntax) into a tree. It does not judge: what
 * it does not understand may be wrong or merely rare, and RE2/J tells which.
 */
final class RegexParser {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_REPEAT = 1000;
  private static final CharSet NEWLINE = CharSet.of('\n', '\n');

  private final PatternReader in;
  private final ClassParser classes;
  private boolean ignoreCase;
  private boolean dotTakesNewline;
  private boolean multiLine;
  private int depth;

  /** The reader gave up. */
  static final class NotUnderstood extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotUnderstood() {
      super("not understood", null, false, false);
    }
  }

  private RegexParser(String pattern) {
    in = new PatternReader(pattern);
    classes = new ClassParser(in);
  }

  /**
   * @throws NotUnderstood where the text is not RE2 syntax, or a part of it that is not read here
   */
  static RegexNode parse(String pattern) {
    RegexParser parser = new RegexParser(pattern);
    RegexNode tree = parser.alternation();
    if (!parser.in.atEnd()) {
      throw new NotUnderstood();
    }
    return tree;
  }

  private RegexNode alternation() {
    List<RegexNode> branches = new ArrayList<>();
    branches.add(concatenation());
    while (in.accept('|')) {
      branches.add(concatenation());
    }
    return branches.size() == 1 ? branches.get(0) : new RegexNode.Alternate(branches);
  }

  private RegexNode concatenation() {
    List<RegexNode> parts = new ArrayList<>();
    while (!in.atEnd() && in.peek() != '|' && in.peek() != ')') {
      int before = parts.size();
      item(parts);
      repetition(parts, before);
    }
    return parts.size() == 1 ? parts.get(0) : new RegexNode.Concat(parts);
  }

  /** Adds what stands next: mostly one part; none for flags; one a character for quoted text. */
  private void item(List<RegexNode> parts) {
    int c = in.next();
    switch (c) {
      case '(' -> group(parts);
      case '[' -> parts.add(new RegexNode.Chars(classes.bracket(ignoreCase)));
      case '.' -> parts.add(new RegexNode.Chars(dot()));
      case '^' -> parts.add(multiLine ? new RegexNode.Unsupported() : new RegexNode.Begin());
      case '$' -> parts.add(multiLine ? new RegexNode.Unsupported() : new RegexNode.End());
      case '\\' -> escape(parts);
      case '*', '+', '?' -> throw new NotUnderstood();
      default -> parts.add(literal(c));
    }
  }

  private CharSet dot() {
    return dotTakesNewline ? CharSet.ANY : NEWLINE.complement();
  }

  private RegexNode literal(int c) {
    CharSet set = CharSet.of(c, c);
    return new RegexNode.Chars(ignoreCase ? CaseFolding.close(set) : set);
  }

  private void escape(List<RegexNode> parts) {
    switch (in.peek()) {
      case 'A' -> {
        in.next();
        parts.add(new RegexNode.Begin());
      }
      case 'z' -> {
        in.next();
        parts.add(new RegexNode.End());
      }
      case 'b', 'B', 'C' -> {
        in.next();
        parts.add(new RegexNode.Unsupported());
      }
      case 'Q' -> {
        in.next();
        while (!in.atEnd() && !in.accept("\\E")) {
          parts.add(literal(in.next()));
        }
      }
      default -> {
        CharSet named = classes.namedEscape(ignoreCase);
        parts.add(named == null ? literal(classes.escapedChar()) : new RegexNode.Chars(named));
      }
    }
  }

  private void group(List<RegexNode> parts) {
    if (++depth > MAX_DEPTH) {
      throw new NotUnderstood();
    }
    boolean savedCase = ignoreCase;
    boolean savedDot = dotTakesNewline;
    boolean savedLine = multiLine;
    boolean body = true;
    if (in.accept('?')) {
      if (in.accept("P<") || in.accept('<')) {
        if (in.until('>').isEmpty()) {
          throw new NotUnderstood();
        }
      } else {
        body = flags();
      }
    }
    if (body) {
      parts.add(alternation());
      if (!in.accept(')')) {
        throw new NotUnderstood();
      }
      ignoreCase = savedCase;
      dotTakesNewline = savedDot;
      multiLine = savedLine;
    }
    depth--;
  }

  /** Reads flags; returns whether a group's body follows rather than its end. */
  private boolean flags() {
    boolean on = true;
    while (true) {
      switch (in.next()) {
        case 'i' -> ignoreCase = on;
        case 's' -> dotTakesNewline = on;
        case 'm' -> multiLine = on;
        case 'U' -> {
          // greediness does not change what matches as a whole
        }
        case '-' -> {
          if (!on) {
            throw new NotUnderstood();
          }
          on = false;
        }
        case ':' -> {
          return true;
        }
        case ')' -> {
          return false;
        }
        default -> throw new NotUnderstood();
      }
    }
  }

  private void repetition(List<RegexNode> parts, int before) {
    int min;
    int max;
    if (in.accept('*')) {
      min = 0;
      max = RegexNode.UNBOUNDED;
    } else if (in.accept('+')) {
      min = 1;
      max = RegexNode.UNBOUNDED;
    } else if (in.accept('?')) {
      min = 0;
      max = 1;
    } else {
      int start = in.position();
      int[] bounds = in.accept('{') ? bounds() : null;
      if (bounds == null) {
        in.reset(start);
        return;
      }
      min = bounds[0];
      max = bounds[1];
    }
    in.accept('?');
    boolean repeatedTwice = in.peek() == '*' || in.peek() == '+' || in.peek() == '?';
    if (parts.size() == before || repeatedTwice || min > MAX_REPEAT || max > MAX_REPEAT) {
      throw new NotUnderstood();
    }
    int last = parts.size() - 1;
    parts.set(last, new RegexNode.Repeat(parts.get(last), min, max));
  }

  /** Reads the rest of {n}, {n,} or {n,m}; null where the brace is a literal. */
  private int @Nullable [] bounds() {
    int min = number();
    if (min < 0) {
      return null;
    }
    int max = min;
    if (in.accept(',')) {
      max = in.peek() == '}' ? RegexNode.UNBOUNDED : number();
    }
    if (!in.accept('}')) {
      return null;
    }
    if (max != RegexNode.UNBOUNDED && max < min) {
      throw new NotUnderstood();
    }
    return new int[] {min, max};
  }

  /** Returns the decimal number that stands next, or -1. */
  private int number() {
    int value = -1;
    while (in.peek() >= '0' && in.peek() <= '9') {
      value = Math.min(Math.max(value, 0) * 10 + in.next() - '0', MAX_REPEAT + 1);
    }
    return value;
  }
}
