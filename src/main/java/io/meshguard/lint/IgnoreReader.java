package io.meshguard.lint;

import io.meshguard.yaml.Comment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the comments {@code # meshguard:ignore RULE reason} of a text. One that stands alone is
 * about the next line, another about its own; both with all that is indented below it. Above the
 * first line of a document it is about the whole document.
 */
final class IgnoreReader {

  /** What such a comment begins with. */
  static final String MARK = "meshguard:ignore";

  private final String file;
  private final List<String> lines;

  private IgnoreReader(String file, String text) {
    this.file = file;
    this.lines = text.lines().toList();
  }

  /** Returns the marks of a text, in order. */
  static List<Ignore> read(String file, String text) {
    if (!text.contains(MARK)) {
      return List.of();
    }
    IgnoreReader reader = new IgnoreReader(file, text);
    List<Ignore> found = new ArrayList<>();
    for (Comment comment : Comment.of(text)) {
      reader.read(comment).ifPresent(found::add);
    }
    return found;
  }

  private Optional<Ignore> read(Comment comment) {
    String text = comment.text().strip();
    if (!text.startsWith(MARK)) {
      return Optional.empty();
    }
    String rest = text.substring(MARK.length());
    if (!rest.isEmpty() && !Character.isWhitespace(rest.charAt(0))) {
      return Optional.empty();
    }
    String[] words = rest.strip().split("\\s+", 2);
    List<String> rules =
        Arrays.stream(words[0].split(",")).filter(rule -> !rule.isEmpty()).toList();
    String reason = words.length > 1 ? words[1].strip() : "";
    int line = comment.position().line();
    int target = comment.alone() ? next(line) : line;
    return Optional.of(
        new Ignore(file, line, rules, reason, target, last(target), Optional.empty()));
  }

  /** Returns the next line after one that is more than a comment, or a line that does not exist. */
  private int next(int line) {
    int at = line + 1;
    while (at <= lines.size() && isAside(at)) {
      at++;
    }
    return at;
  }

  private boolean isAside(int line) {
    String text = text(line);
    return text.isBlank() || text.stripLeading().startsWith("#");
  }

  private int last(int first) {
    if (first > lines.size()) {
      return first;
    }
    boolean whole = beginsDocument(first);
    int indent = indent(first);
    boolean key = text(first).stripTrailing().endsWith(":");
    int last = first;
    for (int at = first + 1; at <= lines.size() && !isMarker(at); at++) {
      boolean item = key && indent(at) == indent && text(at).stripLeading().startsWith("-");
      if (!whole && !isAside(at) && indent(at) <= indent && !item) {
        break;
      }
      last = isAside(at) ? last : at;
    }
    return last;
  }

  private boolean beginsDocument(int line) {
    int at = line - 1;
    while (at >= 1 && isAside(at)) {
      at--;
    }
    return at < 1 || isMarker(at) || text(at).startsWith("%");
  }

  private boolean isMarker(int line) {
    String text = text(line);
    return text.startsWith("---") || text.startsWith("...");
  }

  private String text(int line) {
    return lines.get(line - 1);
  }

  private int indent(int line) {
    String text = text(line);
    return text.length() - text.stripLeading().length();
  }
}
