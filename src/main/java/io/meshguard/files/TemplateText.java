package io.meshguard.files;

/**
 * Tells a template from a manifest: <code>{{</code> outside quotes, comments and block scalars. In
 * those it may as well be content, for example of an alert or a dashboard.
 */
final class TemplateText {

  private final String text;
  private int at;
  private boolean tokenStart = true;

  private TemplateText(String text) {
    this.text = text;
  }

  static boolean isTemplate(String text) {
    return text.contains("{{") && new TemplateText(text).scan();
  }

  private boolean scan() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '{' && text.startsWith("{{", at)) {
        return true;
      }
      if ((c == '"' || c == '\'') && tokenStart) {
        skipQuoted(c);
      } else if (c == '#' && (at == 0 || Character.isWhitespace(text.charAt(at - 1)))) {
        at = lineEnd(at);
      } else if ((c == '|' || c == '>') && tokenStart && isBlockHeader()) {
        skipBlock();
      } else {
        tokenStart = c == '\n' || ":-,[{?".indexOf(c) >= 0 || (tokenStart && c == ' ');
        at++;
      }
    }
    return false;
  }

  private void skipQuoted(char quote) {
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      at += quote == '"' && text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
    tokenStart = false;
  }

  private boolean isBlockHeader() {
    String rest = text.substring(at + 1, lineEnd(at));
    int comment = rest.indexOf(" #");
    String header = (comment < 0 ? rest : rest.substring(0, comment)).strip();
    return header.length() <= 2 && header.chars().allMatch(c -> "+-123456789".indexOf(c) >= 0);
  }

  /** Skips the lines that stand deeper than the line of the header. */
  private void skipBlock() {
    int indent = indent(text.lastIndexOf('\n', at) + 1);
    at = lineEnd(at);
    while (at < text.length()) {
      int line = at + 1;
      int end = lineEnd(line);
      boolean blank = text.substring(line, end).isBlank();
      if (!blank && indent(line) <= indent) {
        break;
      }
      at = end;
    }
    tokenStart = true;
  }

  private int indent(int line) {
    int column = line;
    while (column < text.length() && text.charAt(column) == ' ') {
      column++;
    }
    return column - line;
  }

  private int lineEnd(int from) {
    int end = from > text.length() ? -1 : text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }
}
