package io.meshguard.rule;

import java.text.MessageFormat;
import java.text.ParsePosition;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.TreeMap;

/**
 * English texts that come from where no language is known: from the YAML parser, the network, the
 * file system, and from parts of the program that only say why they gave up.
 */
public final class ForeignText {

  private static final String BUNDLE = "io.meshguard.rule.foreign";
  private static final String OTHER = "other";
  private static final Map<String, String> KNOWN = known();

  private ForeignText() {}

  /**
   * Returns a text as a message, which in another language says the same where the text is known,
   * and is the text itself where it is not. It is not cut, and must be escaped when shown.
   */
  public static Message of(String text) {
    for (Map.Entry<String, String> known : KNOWN.entrySet()) {
      MessageFormat format = new MessageFormat(known.getValue(), Locale.ROOT);
      ParsePosition read = new ParsePosition(0);
      Object[] arguments = format.parse(text, read);
      if (arguments != null && read.getIndex() == text.length()) {
        List<Object> shown =
            Arrays.stream(arguments)
                .<Object>map(argument -> Message.verbatim(String.valueOf(argument)))
                .toList();
        return new Message(BUNDLE, known.getKey(), shown);
      }
    }
    return new Message(BUNDLE, OTHER, List.of(Message.verbatim(text)));
  }

  private static Map<String, String> known() {
    ResourceBundle english =
        ResourceBundle.getBundle(
            BUNDLE,
            Locale.ROOT,
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    Map<String, String> known = new TreeMap<>();
    for (String key : english.keySet()) {
      if (!key.equals(OTHER)) {
        known.put(key, english.getString(key));
      }
    }
    return known;
  }
}
