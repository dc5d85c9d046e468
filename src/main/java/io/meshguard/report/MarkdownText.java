package io.meshguard.report;

import io.meshguard.rule.SafeText;
import java.nio.charset.StandardCharsets;

/**
 * Foreign text in Markdown. Only plain words stand as they are; whatever could be read as Markdown,
 * as HTML, as a link, or as the name of a person, an issue or a commit stands in code spans.
 */
final class MarkdownText {

  /** Radicals of Chinese characters begin here; punctuation and characters follow. */
  private static final int FIRST_WIDE = 0x2E80;

  private static final String BEFORE_A_WORD = "(";
  private static final String AFTER_A_WORD = ",.;:)?";
  private static final String IN_A_LINK = "-._~:/?#@!$&'*+,;=%";

  private MarkdownText() {}

  /** Returns a text as a code span: in it nothing is read but its fence, which is longer. */
  static String code(String foreign) {
    String safe = SafeText.escape(foreign);
    int longest = 0;
    int run = 0;
    for (int i = 0; i < safe.length(); i++) {
      run = safe.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    String fence = "`".repeat(longest + 1);
    boolean edge = safe.isBlank() || safe.startsWith("`") || safe.endsWith("`");
    return edge ? fence + " " + safe + " " + fence : fence + safe + fence;
  }

  /** Returns a sentence with names in it, of which all but plain words stand in code spans. */
  static String sentence(String mixed) {
    String safe = SafeText.escape(mixed);
    StringBuilder text = new StringBuilder();
    StringBuilder word = new StringBuilder();
    for (int at = 0; at < safe.length(); ) {
      int c = safe.codePointAt(at);
      if (c == ' ' || c >= FIRST_WIDE) {
        word(word.toString(), text);
        word.setLength(0);
        text.appendCodePoint(c);
      } else {
        word.appendCodePoint(c);
      }
      at += Character.charCount(c);
    }
    word(word.toString(), text);
    return text.toString();
  }

  /** Returns a link, to an address that cannot end the link or begin anything else. */
  static String link(String label, String url) {
    StringBuilder address = new StringBuilder();
    for (byte b : url.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain = isPlain(c) || IN_A_LINK.indexOf(c) >= 0;
      address.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return "[" + label + "](" + address + ")";
  }

  /** Returns a text in HTML. */
  static String html(String foreign) {
    return SafeText.escape(foreign)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static void word(String word, StringBuilder text) {
    int first = 0;
    int last = word.length();
    while (first < last && BEFORE_A_WORD.indexOf(word.charAt(first)) >= 0) {
      first++;
    }
    while (first < last && AFTER_A_WORD.indexOf(word.charAt(last - 1)) >= 0) {
      last--;
    }
    String core = word.substring(first, last);
    boolean plain =
        core.chars().allMatch(c -> Character.isLetter(c)) || core.chars().allMatch(c -> isDigit(c));
    text.append(word, 0, first).append(plain ? core : code(core)).append(word.substring(last));
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPlain(int c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
