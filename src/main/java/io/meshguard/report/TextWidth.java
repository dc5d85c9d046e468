package io.meshguard.report;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/** How many columns of a terminal a character takes. */
final class TextWidth {

  private static final Set<UnicodeScript> WIDE =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.HANGUL,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.YI);

  private TextWidth() {}

  static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  static int of(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean punctuation = c >= 0x3000 && c <= 0x303E;
    boolean fullWidth = (c >= 0xFF01 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6);
    boolean halfWidth = c >= 0xFF61 && c <= 0xFFDC;
    boolean emoji = c >= 0x1F300 && c <= 0x1FAFF;
    boolean wide = punctuation || fullWidth || emoji || WIDE.contains(UnicodeScript.of(c));
    return wide && !halfWidth ? 2 : 1;
  }
}
