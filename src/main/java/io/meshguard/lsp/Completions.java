package io.meshguard.lsp;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.policy.PolicySchema;
import io.meshguard.policy.RepositoryConfigSchema;
import io.meshguard.report.RulePages;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemKind;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** What can stand at a place of a document: keys and words of settings, and ids of rules. */
final class Completions {

  private static final String IGNORE = "meshguard:ignore ";

  private final List<RuleInfo> rules;
  private final Settings settings;
  private final JsonNode policy;
  private final JsonNode config;

  Completions(List<RuleInfo> rules, Settings settings) {
    this.rules = rules;
    this.settings = settings;
    this.policy = PolicySchema.of(rules);
    this.config = RepositoryConfigSchema.schema();
  }

  /** Returns what can stand there. */
  List<CompletionItem> at(Session.View view, Position cursor) {
    DocumentText text = view.document().text();
    String line = text.line(cursor.getLine());
    String before = line.substring(0, Math.min(Math.max(0, cursor.getCharacter()), line.length()));
    int mark = before.lastIndexOf(IGNORE);
    if (mark >= 0 && before.lastIndexOf('#', mark) >= 0) {
      String named = before.substring(mark + IGNORE.length()).stripLeading();
      return named.contains(" ") ? List.of() : ids(view, cursor, named);
    }
    Settings.Sort sort = settings.sort(view.document(), view.policy());
    YamlPlace place = YamlPlace.of(text, cursor);
    return switch (sort) {
      case CONFIG -> items(view, cursor, place, config, place.path());
      case POLICY -> items(view, cursor, place, policy, place.path());
      case CONFIG_MAP ->
          place.path().size() >= 2
                  && place.path().get(0).equals("data")
                  && place.path().get(1).equals("policy.yaml")
              ? items(view, cursor, place, policy, place.path().subList(2, place.path().size()))
              : List.of();
      case OTHER -> List.of();
    };
  }

  private List<CompletionItem> ids(Session.View view, Position cursor, String named) {
    String word = named.substring(named.lastIndexOf(',') + 1);
    return rules.stream()
        .filter(rule -> rule.id().startsWith(word))
        .map(rule -> item(view, cursor, word, rule.id(), "", CompletionItemKind.EnumMember))
        .toList();
  }

  private List<CompletionItem> items(
      Session.View view, Position cursor, YamlPlace place, JsonNode schema, List<String> path) {
    List<JsonNode> here = List.of(schema);
    for (String step : path) {
      here = here.stream().flatMap(node -> below(node, step, schema).stream()).toList();
    }
    List<JsonNode> meant = here.stream().flatMap(node -> plain(node, schema).stream()).toList();
    Map<String, CompletionItem> items = new LinkedHashMap<>();
    for (JsonNode node : meant) {
      for (JsonNode word : node.path("enum")) {
        if (word.isTextual() && word.asText().startsWith(place.word())) {
          items.putIfAbsent(
              word.asText(),
              item(view, cursor, place.word(), word.asText(), "", CompletionItemKind.EnumMember));
        }
      }
      if (!place.value()) {
        node.path("properties")
            .fieldNames()
            .forEachRemaining(
                key -> {
                  if (key.startsWith(place.word())) {
                    items.putIfAbsent(
                        key,
                        item(view, cursor, place.word(), key, ": ", CompletionItemKind.Property));
                  }
                });
      }
      if (place.value() && node.path("type").asText("").equals("boolean")) {
        for (String word : List.of("true", "false")) {
          items.putIfAbsent(
              word, item(view, cursor, place.word(), word, "", CompletionItemKind.Keyword));
        }
      }
    }
    return List.copyOf(items.values());
  }

  private static List<JsonNode> below(JsonNode schema, String step, JsonNode root) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode node : plain(schema, root)) {
      JsonNode next =
          step.equals(YamlPlace.ITEM) ? node.path("items") : node.path("properties").path(step);
      if (next.isMissingNode() && node.path("additionalProperties").isObject()) {
        next = node.path("additionalProperties");
      }
      if (!next.isMissingNode()) {
        found.add(next);
      }
    }
    return found;
  }

  /** Returns a schema, or those that it stands for. */
  private static List<JsonNode> plain(JsonNode schema, JsonNode root) {
    if (schema.has("$ref")) {
      return plain(root.at(schema.path("$ref").asText().substring(1)), root);
    }
    List<JsonNode> all = new ArrayList<>(List.of(schema));
    for (JsonNode choice : schema.path("anyOf")) {
      all.addAll(plain(choice, root));
    }
    return all;
  }

  private CompletionItem item(
      Session.View view,
      Position cursor,
      String word,
      String text,
      String suffix,
      CompletionItemKind kind) {
    CompletionItem item = new CompletionItem(text);
    item.setKind(kind);
    Position start = new Position(cursor.getLine(), cursor.getCharacter() - word.length());
    String written = text.equals("*") ? "\"*\"" : text;
    item.setTextEdit(Either.forLeft(new TextEdit(new Range(start, cursor), written + suffix)));
    Language language = view.language();
    if (rules.stream().anyMatch(rule -> rule.id().equals(text))) {
      RulePages.summary(text, language)
          .ifPresent(
              summary ->
                  item.setDocumentation(
                      Either.forRight(new MarkupContent(MarkupKind.MARKDOWN, summary))));
    }
    return item;
  }
}
