package io.meshguard.rule;

import java.text.Format;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** A language that messages exist in. */
public enum Language {
  EN(Locale.ROOT),
  ZH(Locale.CHINESE);

  private static final ResourceBundle.Control NO_FALLBACK =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  private final Locale locale;

  Language(Locale locale) {
    this.locale = locale;
  }

  /** Returns the language of a locale name such as {@code zh_CN.UTF-8}; English for any other. */
  public static Language of(String localeName) {
    return localeName.toLowerCase(Locale.ROOT).startsWith("zh") ? ZH : EN;
  }

  /** Returns the word that names the language in a policy. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns a message in this language, as one line without control characters. */
  public String render(Message message) {
    ResourceBundle bundle = ResourceBundle.getBundle(message.bundle(), locale, NO_FALLBACK);
    MessageFormat format = new MessageFormat(bundle.getString(message.key()), Locale.ROOT);
    Format[] formats = format.getFormatsByArgumentIndex();
    Object[] shown = message.arguments().toArray();
    for (int i = 0; i < shown.length; i++) {
      boolean plain = i >= formats.length || formats[i] == null;
      shown[i] = plain ? argument(shown[i]) : shown[i];
    }
    return format.format(shown);
  }

  private String argument(Object argument) {
    if (argument instanceof Message inner) {
      return render(inner);
    }
    return argument instanceof String text ? SafeText.cut(text) : argument.toString();
  }
}
