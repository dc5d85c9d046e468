package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.report.RulePages;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Language;
import io.meshguard.rule.Symptom;
import io.meshguard.symptom.Cause;
import io.meshguard.symptom.SymptomCatalogue;
import io.meshguard.symptom.SymptomEntry;
import io.meshguard.symptom.SymptomQuery;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the catalogue knows of what a user saw, as text and as JSON.
 *
 * @param query what was seen
 * @param catalogue all that is known
 * @param language the user's
 */
record SymptomView(SymptomQuery query, SymptomCatalogue catalogue, Language language) {

  private static final int VERSION = 1;

  /** Holds a line of an access log against the objects. */
  private static final String COMMAND = "meshguard trace --access-log 'LINE' k8s/";

  /** Returns it as Markdown: what was seen together first, then each part. */
  String text() {
    StringBuilder text = new StringBuilder();
    if (query.combined() || query.entries().isEmpty()) {
      text.append("# ").append(query.text()).append("\n\n");
      List<Cause> causes = catalogue.causes(query);
      List<Cause> hiders = catalogue.hiders(query);
      if (causes.isEmpty() && hiders.isEmpty()) {
        text.append(say("explain.symptom.none")).append("\n\n");
      }
      rules(text, "head.rules", causes);
      rules(text, "head.hides", hiders);
    }
    for (SymptomEntry entry : query.entries()) {
      text.append("# ").append(entry.code()).append(' ').append(entry.title(language));
      text.append("\n\n").append(entry.means(language));
      text.append("\n\n").append(entry.tell(language)).append("\n\n");
      if (!query.combined()) {
        rules(text, "head.rules", entry.causes());
        rules(text, "head.hides", entry.hiders());
      }
      if (!entry.faq().isEmpty()) {
        text.append("FAQ (docs/faq.md):\n");
        for (FaqEntry faq : entry.faq()) {
          text.append("- ").append(faq.number()).append(". ").append(title(faq)).append('\n');
        }
        text.append('\n');
      }
    }
    text.append(say("explain.symptom.trace")).append("\n\n    ").append(COMMAND).append('\n');
    return text.toString();
  }

  /** Returns it as JSON. */
  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    json.put("asked", query.text());
    rules(json.putArray("rules"), catalogue.causes(query));
    rules(json.putArray("rulesWhereMissing"), catalogue.hiders(query));
    ArrayNode entries = json.putArray("symptoms");
    for (SymptomEntry entry : query.entries()) {
      ObjectNode node = entries.addObject().put("code", entry.code());
      node.put("title", entry.title(language)).put("means", entry.means(language));
      node.put("tell", entry.tell(language));
      ArrayNode faq = node.putArray("faq");
      entry.faq().forEach(e -> faq.addObject().put("number", e.number()).put("title", title(e)));
      rules(node.putArray("rules"), entry.causes());
      rules(node.putArray("rulesWhereMissing"), entry.hiders());
    }
    return json.put("command", COMMAND).toPrettyString() + "\n";
  }

  private void rules(StringBuilder text, String heading, List<Cause> causes) {
    if (causes.isEmpty()) {
      return;
    }
    text.append(SymptomEntry.text(heading, language));
    text.append(language == Language.ZH ? "：\n" : ":\n");
    for (Cause cause : causes) {
      String shown =
          cause.symptoms().stream().map(Symptom::toString).collect(Collectors.joining(" | "));
      text.append("- ").append(cause.rule().id()).append(" (").append(shown).append("): ");
      text.append(summary(cause)).append('\n');
    }
    text.append('\n');
  }

  private void rules(ArrayNode list, List<Cause> causes) {
    for (Cause cause : causes) {
      ObjectNode node = list.addObject().put("id", cause.rule().id());
      node.put("summary", summary(cause));
      ArrayNode shown = node.putArray("symptoms");
      for (Symptom symptom : cause.symptoms()) {
        ObjectNode one = shown.addObject().put("text", symptom.toString());
        one.put("status", symptom.status());
        ArrayNode flags = one.putArray("flags");
        symptom.flags().stream().sorted().forEach(flag -> flags.add(flag.name()));
        one.put("details", symptom.details());
      }
    }
  }

  private String summary(Cause cause) {
    return RulePages.summary(cause.rule().id(), language).orElse("");
  }

  private String title(FaqEntry entry) {
    return say("faq." + entry.number());
  }

  private String say(String key) {
    return language.render(CliText.of(key));
  }
}
