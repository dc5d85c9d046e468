package io.meshguard.report;

import static io.meshguard.rule.Message.verbatim;

import io.meshguard.audit.Inventory;
import io.meshguard.rule.Language;
import io.meshguard.rule.SafeText;

/** What an audit lists besides findings, for people. */
final class InventoryText {

  private static final String INDENT = "    ";

  private InventoryText() {}

  /** Returns lines, each with its line break; none where there is nothing to list. */
  static String of(Inventory inventory, Language language) {
    StringBuilder text = new StringBuilder();
    if (!inventory.stamped().isEmpty()) {
      text.append(say(language, "inventory.stamped")).append('\n');
      for (Inventory.Stamped one : inventory.stamped()) {
        String object = FindingText.object(one.object());
        String rules = SafeText.cut(one.rules());
        line(text, say(language, "inventory.stamp", verbatim(object), verbatim(rules)));
      }
    }
    if (!inventory.exemptions().isEmpty()) {
      text.append(say(language, "inventory.exemptions")).append('\n');
      inventory.exemptions().forEach(one -> line(text, exemption(one, language)));
    }
    return text.toString();
  }

  private static String exemption(Inventory.Exempting one, Language language) {
    String place =
        one.object().map(object -> FindingText.object(object) + " ").orElse("")
            + SafeText.escape(one.source());
    return say(
        language,
        "inventory.exemption",
        verbatim(place),
        verbatim(SafeText.escape(String.join(", ", one.rules()))),
        verbatim(state(one, language)),
        one.reason());
  }

  private static String state(Inventory.Exempting one, Language language) {
    String day = one.expires().map(Object::toString).orElse("");
    String until = day.isEmpty() ? "" : say(language, "inventory.until", verbatim(day));
    return switch (one.state()) {
      case USED -> say(language, "inventory.used", one.findings()) + until;
      case IDLE -> say(language, "inventory.idle") + until;
      case UNMATCHED -> say(language, "inventory.unmatched") + until;
      case PERSONAL -> say(language, "inventory.personal") + until;
      case EXPIRED -> say(language, "inventory.expired", verbatim(day));
    };
  }

  private static void line(StringBuilder text, String line) {
    text.append(INDENT).append(line).append('\n');
  }

  private static String say(Language language, String key, Object... arguments) {
    return FindingText.say(language, key, arguments);
  }
}
