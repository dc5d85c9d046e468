package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.report.RulePages;
import io.meshguard.resource.Nearest;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import io.meshguard.symptom.SymptomCatalogue;
import io.meshguard.symptom.SymptomQuery;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one rule's page, or what a symptom means and which rules find its causes. */
@Command(
    name = "explain",
    description = {
      "Shows a rule's page: why, bad and good examples, exceptions.",
      "Or says what a status or response flag of an access log means, and which rules find its"
          + " causes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard explain unreachable-route",
      "  meshguard explain unreachable-route --language zh",
      "  meshguard explain 426",
      "  meshguard explain \"503 UF,URX\""
    })
final class Explain implements Callable<Integer> {

  private static final int VERSION = 1;

  /** Longer words are no status and no flag, so a rule is meant. */
  private static final int LONGEST_CODE = 5;

  private final Console console;
  private final List<Rule> rules;

  @Parameters(
      paramLabel = "RULE|SYMPTOM",
      arity = "1..*",
      description = "Id of the rule; or statuses and response flags, such as 503 UF,URX.")
  private List<String> asked = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "How to show it. Default: text.")
  private Listing output = Listing.TEXT;

  Explain(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  /** Ways to show it. */
  enum Listing {
    TEXT,
    JSON
  }

  @Override
  public Integer call() {
    String text = String.join(" ", asked);
    List<RuleInfo> infos = rules.stream().map(Rule::info).toList();
    boolean isRule = infos.stream().anyMatch(info -> info.id().equals(text));
    SymptomCatalogue catalogue = new SymptomCatalogue(infos);
    SymptomQuery query = SymptomQuery.parse(text, catalogue);
    if (isRule || !isSymptom(query, text)) {
      page(KnownRule.find(text, rules).id());
    } else {
      query.unknown().stream()
          .findFirst()
          .ifPresent(
              word -> {
                throw unknown(word, catalogue);
              });
      SymptomView view = new SymptomView(query, catalogue, console.language());
      console.out().print(output == Listing.JSON ? view.json() : view.text());
    }
    return ExitCode.CLEAN;
  }

  private void page(String id) {
    String page =
        RulePages.page(id, console.language())
            .orElseThrow(() -> new UnusableException("explain.none", id));
    if (output == Listing.TEXT) {
      console.out().print(page);
      return;
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    json.put("rule", id).put("page", page);
    console.out().print(json.toPrettyString() + "\n");
  }

  /** Returns whether somebody who typed this thought of a symptom rather than of a rule. */
  private static boolean isSymptom(SymptomQuery query, String text) {
    boolean known = !query.entries().isEmpty() || !query.details().isEmpty();
    boolean isCode =
        text.length() > 1
            && text.length() <= LONGEST_CODE
            && text.chars().allMatch(c -> Character.isDigit(c) || Character.isUpperCase(c));
    return known || isCode;
  }

  private static UnusableException unknown(String word, SymptomCatalogue catalogue) {
    List<String> codes = catalogue.codes();
    String shown = SafeText.cut(word);
    String all = String.join(", ", codes);
    Optional<String> near = Nearest.to(word, codes);
    return near.isPresent()
        ? new UnusableException("explain.symptom.meant", shown, near.get(), all)
        : new UnusableException("explain.symptom.unknown", shown, all);
  }
}
