package io.meshguard.match;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** General categories and scripts of Unicode, as this JVM knows them, under RE2's names. */
final class UnicodeClasses {
  /** By the values of Character.getType; what RE2 does not offer has no name. */
  private static final String[] CATEGORIES = categories();

  private UnicodeClasses() {}

  /** Returns the class of that name, such as "L", "Lu", "Han" or "Any"; null where unknown. */
  static @Nullable CharSet find(String name) {
    if (name.equals("Any")) {
      return CharSet.ANY;
    }
    return Tables.SETS.get(name);
  }

  private static String[] categories() {
    String[] names = new String[31];
    Arrays.fill(names, "");
    names[Character.UPPERCASE_LETTER] = "Lu";
    names[Character.LOWERCASE_LETTER] = "Ll";
    names[Character.TITLECASE_LETTER] = "Lt";
    names[Character.MODIFIER_LETTER] = "Lm";
    names[Character.OTHER_LETTER] = "Lo";
    names[Character.NON_SPACING_MARK] = "Mn";
    names[Character.ENCLOSING_MARK] = "Me";
    names[Character.COMBINING_SPACING_MARK] = "Mc";
    names[Character.DECIMAL_DIGIT_NUMBER] = "Nd";
    names[Character.LETTER_NUMBER] = "Nl";
    names[Character.OTHER_NUMBER] = "No";
    names[Character.SPACE_SEPARATOR] = "Zs";
    names[Character.LINE_SEPARATOR] = "Zl";
    names[Character.PARAGRAPH_SEPARATOR] = "Zp";
    names[Character.CONTROL] = "Cc";
    names[Character.FORMAT] = "Cf";
    names[Character.DASH_PUNCTUATION] = "Pd";
    names[Character.START_PUNCTUATION] = "Ps";
    names[Character.END_PUNCTUATION] = "Pe";
    names[Character.CONNECTOR_PUNCTUATION] = "Pc";
    names[Character.OTHER_PUNCTUATION] = "Po";
    names[Character.INITIAL_QUOTE_PUNCTUATION] = "Pi";
    names[Character.FINAL_QUOTE_PUNCTUATION] = "Pf";
    names[Character.MATH_SYMBOL] = "Sm";
    names[Character.CURRENCY_SYMBOL] = "Sc";
    names[Character.MODIFIER_SYMBOL] = "Sk";
    names[Character.OTHER_SYMBOL] = "So";
    return names;
  }

  /** Read only where a pattern names such a class: building it scans all of Unicode. */
  private static final class Tables {
    static final Map<String, CharSet> SETS = build();

    private static Map<String, CharSet> build() {
      Map<String, CharSetBuilder> ranges = new HashMap<>();
      for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
        String category = CATEGORIES[Character.getType(c)];
        if (!category.isEmpty()) {
          ranges.computeIfAbsent(category, key -> new CharSetBuilder()).add(c);
          if (category.charAt(0) != 'C') {
            ranges.computeIfAbsent(category.substring(0, 1), key -> new CharSetBuilder()).add(c);
          }
        }
        Character.UnicodeScript script = Character.UnicodeScript.of(c);
        if (script != Character.UnicodeScript.UNKNOWN) {
          ranges.computeIfAbsent(scriptName(script), key -> new CharSetBuilder()).add(c);
        }
      }
      Map<String, CharSet> sets = new HashMap<>();
      ranges.forEach((name, members) -> sets.put(name, members.build()));
      return Map.copyOf(sets);
    }

    /** Turns OLD_ITALIC into Old_Italic. */
    private static String scriptName(Character.UnicodeScript script) {
      StringBuilder name = new StringBuilder();
      for (String word : script.name().split("_")) {
        name.append(name.length() == 0 ? "" : "_").append(word.charAt(0));
        name.append(word.substring(1).toLowerCase(Locale.ROOT));
      }
      return name.toString();
    }
  }
}
