package io.meshguard.lsp;

import io.meshguard.yaml.TextEdit;
import io.meshguard.yaml.TextLines;
import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;

/**
 * A text and the places in it, as the protocol counts them: lines from 0, and columns in UTF-16
 * units from 0. A place that does not exist stands for the nearest that does.
 */
final class DocumentText {

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final String BLANKS = " \t,]}";

  private final String text;
  private final TextLines lines;
  private final int mark;

  DocumentText(String text) {
    this.text = text;
    this.lines = new TextLines(text);
    this.mark = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
  }

  String text() {
    return text;
  }

  /** Returns a line without its line break; empty where there is none of that number. */
  String line(int line) {
    return line < 0 || line >= lines.count()
        ? ""
        : text.substring(lines.start(line + 1), lines.end(line + 1));
  }

  /** Returns the line break that the text uses. */
  String lineBreak() {
    return text.contains("\r\n") ? "\r\n" : "\n";
  }

  /** Returns the offset of a place. */
  int offset(Position place) {
    if (place.getLine() < 0) {
      return 0;
    }
    if (place.getLine() >= lines.count()) {
      return text.length();
    }
    int line = place.getLine() + 1;
    long at = (long) lines.start(line) + Math.max(0, place.getCharacter());
    return (int) Math.min(at, lines.end(line));
  }

  /** Returns the place of an offset. */
  Position place(int offset) {
    int line = lines.position(offset).line();
    return new Position(line - 1, offset - lines.start(line));
  }

  /** Returns the place that a reader of YAML calls by line and column in characters. */
  Position place(io.meshguard.yaml.Position position) {
    return place(offset(position));
  }

  /** Returns what stands at a place: a word, a quoted text, or nothing at the end of a line. */
  Range token(io.meshguard.yaml.Position position) {
    int start = offset(position);
    int end = lines.end(Math.min(Math.max(1, position.line()), lines.count()));
    int at = start;
    if (at < end && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
      int close = text.indexOf(text.charAt(at), at + 1);
      at = close < 0 || close >= end ? end : close + 1;
    } else {
      while (at < end && !endsWord(at, end)) {
        at++;
      }
    }
    return new Range(place(start), place(at));
  }

  /** Returns a text after a change that a client sent. */
  DocumentText changed(TextDocumentContentChangeEvent change) {
    if (change.getRange() == null) {
      return new DocumentText(change.getText());
    }
    int start = offset(change.getRange().getStart());
    int end = Math.max(start, offset(change.getRange().getEnd()));
    return new DocumentText(text.substring(0, start) + change.getText() + text.substring(end));
  }

  /** Returns edits of a fix as the protocol has them. */
  List<org.eclipse.lsp4j.TextEdit> edits(List<TextEdit> edits) {
    return edits.stream()
        .map(
            edit ->
                new org.eclipse.lsp4j.TextEdit(
                    new Range(place(edit.start()), place(edit.end())), edit.text()))
        .toList();
  }

  /** Returns the one edit that makes another text of this one, and is as short as can be. */
  org.eclipse.lsp4j.TextEdit to(String other) {
    int most = Math.min(text.length(), other.length());
    int head = 0;
    while (head < most && text.charAt(head) == other.charAt(head)) {
      head++;
    }
    int tail = 0;
    while (tail < most - head
        && text.charAt(text.length() - 1 - tail) == other.charAt(other.length() - 1 - tail)) {
      tail++;
    }
    // a character of two units, or a line break of two, is not parted
    head = head > 0 && parts(text, head) ? head - 1 : head;
    tail = tail > 0 && parts(text, text.length() - tail) ? tail - 1 : tail;
    return new org.eclipse.lsp4j.TextEdit(
        new Range(place(head), place(text.length() - tail)),
        other.substring(head, other.length() - tail));
  }

  private static boolean parts(String text, int at) {
    return at > 0
        && at < text.length()
        && (Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at))
            || (text.charAt(at - 1) == '\r' && text.charAt(at) == '\n'));
  }

  private boolean endsWord(int at, int end) {
    char c = text.charAt(at);
    boolean colon = c == ':' && (at + 1 == end || BLANKS.indexOf(text.charAt(at + 1)) >= 0);
    return colon || BLANKS.indexOf(c) >= 0;
  }

  private int offset(io.meshguard.yaml.Position position) {
    if (position.line() > lines.count()) {
      return text.length();
    }
    int line = Math.max(1, position.line());
    int at = lines.start(line) + (line == 1 ? mark : 0);
    int end = lines.end(line);
    for (int i = 1; i < position.column() && at < end; i++) {
      at += Character.charCount(text.codePointAt(at));
    }
    return Math.min(at, end);
  }
}
