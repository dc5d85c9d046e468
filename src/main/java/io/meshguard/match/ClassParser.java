package io.meshguard.match;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads character classes and escapes of RE2 syntax. */
final class ClassParser {
  private static final CharSet DIGIT = CharSet.of('0', '9');
  private static final CharSet SPACE = CharSet.of('\t', '\n', '\f', '\r', ' ', ' ');
  private static final CharSet WORD = CharSet.of('0', '9', 'A', 'Z', 'a', 'z', '_', '_');

  private final PatternReader in;

  ClassParser(PatternReader in) {
    this.in = in;
  }

  /** Reads a bracket class; the opening bracket has been read. */
  CharSet bracket(boolean ignoreCase) {
    boolean negated = in.accept('^');
    List<CharSet> parts = new ArrayList<>();
    boolean first = true;
    while (first || in.peek() != ']') {
      first = false;
      parts.add(member(ignoreCase));
    }
    in.next();
    CharSet set = CharSet.union(parts);
    return negated ? set.complement() : set;
  }

  private CharSet member(boolean ignoreCase) {
    if (in.peek() == '[' && in.peek(1) == ':') {
      CharSet posix = posixClass(ignoreCase);
      if (posix != null) {
        return posix;
      }
    }
    if (in.accept('\\')) {
      CharSet named = namedEscape(ignoreCase);
      if (named != null) {
        return named;
      }
      return range(escapedChar(), ignoreCase);
    }
    return range(in.next(), ignoreCase);
  }

  private CharSet range(int low, boolean ignoreCase) {
    int high = low;
    if (in.peek() == '-' && in.peek(1) != ']' && in.peek(1) != -1) {
      in.next();
      high = in.accept('\\') ? escapedChar() : in.next();
    }
    if (high < low) {
      throw new RegexParser.NotUnderstood();
    }
    CharSet set = CharSet.of(low, high);
    return ignoreCase ? CaseFolding.close(set) : set;
  }

  /** Reads what stands between "[:" and ":]"; null where that is no such class. */
  private @Nullable CharSet posixClass(boolean ignoreCase) {
    StringBuilder name = new StringBuilder();
    for (int i = 2; in.peek(i) != -1; i++) {
      if (in.peek(i) == ':' && in.peek(i + 1) == ']') {
        boolean negated = name.length() > 0 && name.charAt(0) == '^';
        CharSet set = posix(negated ? name.substring(1) : name.toString());
        CharSet folded = ignoreCase ? CaseFolding.close(set) : set;
        in.reset(in.position() + i + 2);
        return negated ? folded.complement() : folded;
      }
      name.appendCodePoint(in.peek(i));
    }
    return null;
  }

  private static CharSet posix(String name) {
    return switch (name) {
      case "alnum" -> CharSet.of('0', '9', 'A', 'Z', 'a', 'z');
      case "alpha" -> CharSet.of('A', 'Z', 'a', 'z');
      case "ascii" -> CharSet.of(0, 0x7F);
      case "blank" -> CharSet.of('\t', '\t', ' ', ' ');
      case "cntrl" -> CharSet.of(0, 0x1F, 0x7F, 0x7F);
      case "digit" -> DIGIT;
      case "graph" -> CharSet.of('!', '~');
      case "lower" -> CharSet.of('a', 'z');
      case "print" -> CharSet.of(' ', '~');
      case "punct" -> CharSet.of('!', '/', ':', '@', '[', '`', '{', '~');
      case "space" -> CharSet.of('\t', '\r', ' ', ' ');
      case "upper" -> CharSet.of('A', 'Z');
      case "word" -> WORD;
      case "xdigit" -> CharSet.of('0', '9', 'A', 'F', 'a', 'f');
      default -> throw new RegexParser.NotUnderstood();
    };
  }

  /** Reads a class such as \d or \pL after its backslash; null where something else follows. */
  @Nullable CharSet namedEscape(boolean ignoreCase) {
    int letter = in.peek();
    if (letter == 'p' || letter == 'P') {
      in.next();
      return unicode(letter == 'P', ignoreCase);
    }
    CharSet set =
        switch (letter) {
          case 'd', 'D' -> DIGIT;
          case 's', 'S' -> SPACE;
          case 'w', 'W' -> WORD;
          default -> null;
        };
    if (set == null) {
      return null;
    }
    in.next();
    CharSet folded = ignoreCase ? CaseFolding.close(set) : set;
    return Character.isUpperCase(letter) ? folded.complement() : folded;
  }

  private CharSet unicode(boolean capital, boolean ignoreCase) {
    String name = in.accept('{') ? in.until('}') : Character.toString(in.next());
    boolean negated = capital;
    if (name.startsWith("^")) {
      negated = !negated;
      name = name.substring(1);
    }
    CharSet set = UnicodeClasses.find(name);
    if (set == null) {
      throw new RegexParser.NotUnderstood();
    }
    CharSet folded = ignoreCase ? CaseFolding.close(set) : set;
    return negated ? folded.complement() : folded;
  }

  /** Reads a single character after its backslash. */
  int escapedChar() {
    int c = in.next();
    if (c < 0x80 && !Character.isLetterOrDigit(c)) {
      return c;
    }
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case 'x' -> hex();
      case '0' -> octal(0);
      case '1', '2', '3', '4', '5', '6', '7' -> {
        if (in.peek() < '0' || in.peek() > '7') {
          throw new RegexParser.NotUnderstood();
        }
        yield octal(c - '0');
      }
      default -> throw new RegexParser.NotUnderstood();
    };
  }

  private int octal(int first) {
    int value = first;
    for (int i = 0; i < 2 && in.peek() >= '0' && in.peek() <= '7'; i++) {
      value = value * 8 + in.next() - '0';
    }
    return value;
  }

  private int hex() {
    String digits =
        in.accept('{') ? in.until('}') : Character.toString(in.next()) + (char) in.next();
    if (digits.isEmpty()) {
      throw new RegexParser.NotUnderstood();
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) < 0x80 ? Character.digit(digits.charAt(i), 16) : -1;
      value = value * 16 + digit;
      if (digit < 0 || value > Character.MAX_CODE_POINT) {
        throw new RegexParser.NotUnderstood();
      }
    }
    return value;
  }
}
