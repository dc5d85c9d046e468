package io.meshguard.yaml;

/** Where the lines of a text begin and end, and what is blank or a comment. */
record LineIndex(String text) {

  /** Returns the line break that the text uses. */
  String lineBreak() {
    int first = text.indexOf('\n');
    return first > 0 && text.charAt(first - 1) == '\r' ? "\r\n" : "\n";
  }

  /** Returns the offset at which the line of an offset begins. */
  int start(int at) {
    return text.lastIndexOf('\n', at - 1) + 1;
  }

  /** Returns the offset at which the line of an offset ends, before its line break. */
  int end(int at) {
    int end = text.indexOf('\n', at);
    if (end < 0) {
      return text.length();
    }
    return end > at && text.charAt(end - 1) == '\r' ? end - 1 : end;
  }

  /** Returns the offset of the next line; the length of the text if there is none. */
  int next(int at) {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end + 1;
  }

  /** Returns how far an offset stands from the beginning of its line. */
  int column(int at) {
    return at - start(at);
  }

  /** Returns whether only blanks stand between the beginning of the line and an offset. */
  boolean isFirst(int at) {
    return text.substring(start(at), at).isBlank();
  }

  /** Returns the column of the comment that a line consists of; -1 where it is none. */
  int commentColumn(int line) {
    int at = line;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at < text.length() && text.charAt(at) == '#' ? at - line : -1;
  }
}
