package io.meshguard.lsp;

import io.meshguard.report.RulePages;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.jspecify.annotations.Nullable;

/** What is told of a place in a document: the rule's page, in the user's language and the other. */
final class Hovers {

  private final List<RuleInfo> rules;
  private final Settings settings;

  Hovers(List<RuleInfo> rules, Settings settings) {
    this.rules = rules;
    this.settings = settings;
  }

  /** Returns what there is to tell. */
  Optional<Hover> at(Session.View view, Position place) {
    Document document = view.document();
    List<String> parts = new ArrayList<>();
    @Nullable Range range = null;
    for (Document.Entry entry : document.shown().entries()) {
      if (entry.finding().isPresent() && holds(entry.diagnostic().getRange(), place)) {
        String rule = entry.finding().get().finding().rule().id();
        parts.add("**" + rule + "**: " + escaped(entry.diagnostic().getMessage()));
        parts.add(pages(rule, view.language()));
        range = entry.diagnostic().getRange();
      }
    }
    if (parts.isEmpty()) {
      Optional<Word> word = rule(document, place, view);
      if (word.isEmpty()) {
        return Optional.empty();
      }
      parts.add(pages(word.get().text(), view.language()));
      range = word.get().range();
    }
    Hover hover =
        new Hover(new MarkupContent(MarkupKind.MARKDOWN, String.join("\n\n---\n\n", parts)));
    hover.setRange(range);
    return Optional.of(hover);
  }

  private static String pages(String rule, Language language) {
    Language other = language == Language.EN ? Language.ZH : Language.EN;
    String page = RulePages.page(rule, language).orElse(rule);
    return RulePages.page(rule, other)
        .filter(text -> !text.equals(page))
        .map(text -> page + "\n---\n\n" + text)
        .orElse(page);
  }

  private record Word(String text, Range range) {}

  /** Returns the id of a rule at a place where it is one: in settings, or in an ignore comment. */
  private Optional<Word> rule(Document document, Position place, Session.View view) {
    String line = document.text().line(place.getLine());
    boolean meant =
        Settings.speaksOfRules(settings.sort(document, view.policy()))
            || line.contains("meshguard:ignore")
            || line.contains("meshguard.io/ignore.");
    if (!meant) {
      return Optional.empty();
    }
    int at = Math.min(Math.max(0, place.getCharacter()), line.length());
    int start = at;
    while (start > 0 && isPart(line.charAt(start - 1))) {
      start--;
    }
    int end = at;
    while (end < line.length() && isPart(line.charAt(end))) {
      end++;
    }
    String word = line.substring(start, end);
    Range range =
        new Range(new Position(place.getLine(), start), new Position(place.getLine(), end));
    return rules.stream().anyMatch(rule -> rule.id().equals(word))
        ? Optional.of(new Word(word, range))
        : Optional.empty();
  }

  private static boolean isPart(char c) {
    return c == '-' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  static boolean holds(Range range, Position place) {
    return !isBefore(place, range.getStart()) && !isBefore(range.getEnd(), place);
  }

  private static boolean isBefore(Position one, Position other) {
    return one.getLine() < other.getLine()
        || (one.getLine() == other.getLine() && one.getCharacter() < other.getCharacter());
  }

  /** A message may quote what looks like Markdown. */
  private static String escaped(String message) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      text.append("\\`*_[]<>#|".indexOf(c) >= 0 ? "\\" : "").append(c);
    }
    return text.toString();
  }
}
