package io.meshguard.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the catalogue. */
@Command(
    name = "rules",
    description = "Lists all rules: FAQ entry, default mode, fix, Istio versions.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  meshguard rules", "  meshguard rules -o json | jq '.rules[].id'"})
final class RulesCommand implements Callable<Integer> {

  private static final List<String> HEADINGS =
      List.of("RULE", "FAQ", "DEFAULT", "FIX", "ISTIO", "SUBJECTS");

  private final Console console;
  private final List<RuleInfo> rules;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}.",
      defaultValue = "table")
  private Form output = Form.TABLE;

  RulesCommand(Console console, List<RuleInfo> rules) {
    this.console = console;
    this.rules = rules;
  }

  /** A form of output. */
  enum Form {
    TABLE,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    switch (output) {
      case TABLE -> console.out().print(table());
      case JSON -> console.out().println(json().toPrettyString());
    }
    return ExitCode.CLEAN;
  }

  private String table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    for (RuleInfo rule : rules) {
      rows.add(
          List.of(
              rule.id(),
              rule.faq().stream().map(e -> Integer.toString(e.number())).collect(commas()),
              rule.defaultMode().text(),
              fixes(rule),
              rule.istio().toString(),
              subjects(rule)));
    }
    int[] widths = new int[HEADINGS.size()];
    rows.forEach(
        row -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
          }
        });
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  private ObjectNode json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("version", 1);
    ArrayNode list = root.putArray("rules");
    for (RuleInfo rule : rules) {
      ObjectNode json = list.addObject();
      json.put("id", rule.id()).put("summary", RulePages.summary(rule.id()));
      ArrayNode faq = json.putArray("faq");
      for (FaqEntry entry : rule.faq()) {
        faq.addObject().put("number", entry.number()).put("title", entry.title());
      }
      json.put("defaultMode", rule.defaultMode().text());
      ArrayNode fixes = json.putArray("fixes");
      rule.fixes().stream().sorted().forEach(safety -> fixes.add(safety.text()));
      json.put("istio", rule.istio().toString()).put("since", rule.since());
      ArrayNode subjects = json.putArray("subjects");
      rule.subjects().stream().map(Object::toString).sorted().forEach(subjects::add);
      json.put("linterOnly", rule.linterOnly());
    }
    return root;
  }

  private static String fixes(RuleInfo rule) {
    return rule.fixes().isEmpty()
        ? "-"
        : rule.fixes().stream().sorted().map(Safety::text).collect(commas());
  }

  private static String subjects(RuleInfo rule) {
    return rule.subjects().stream()
        .map(kind -> kind.name())
        .sorted(Comparator.naturalOrder())
        .collect(commas());
  }

  private static Collector<CharSequence, ?, String> commas() {
    return Collectors.joining(",");
  }
}
