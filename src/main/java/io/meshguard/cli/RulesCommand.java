package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.report.RulePages;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the catalogue. */
@Command(
    name = "rules",
    description = "Lists all rules: FAQ entry, default mode, fixes and Istio versions.",
    footerHeading = "%nExamples:%n",
    footer = {"  meshguard rules", "  meshguard rules -o json"})
final class RulesCommand implements Callable<Integer> {

  private static final int VERSION = 1;

  private final Console console;
  private final List<RuleInfo> rules;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "How to list them. Default: text.")
  private Listing output = Listing.TEXT;

  RulesCommand(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules.stream().map(Rule::info).toList();
  }

  /** Ways to list rules. */
  enum Listing {
    TEXT,
    JSON
  }

  @Override
  public Integer call() {
    switch (output) {
      case TEXT -> table();
      case JSON -> console.out().print(json().toPrettyString() + "\n");
    }
    return ExitCode.CLEAN;
  }

  private void table() {
    Table table =
        new Table(
            List.of(
                console.say("head.rule"),
                console.say("head.faq"),
                console.say("head.default"),
                console.say("head.fix"),
                console.say("head.istio")));
    for (RuleInfo rule : rules) {
      String faq =
          rule.faq().stream().map(e -> String.valueOf(e.number())).collect(Collectors.joining(","));
      table.row(
          List.of(
              rule.id(),
              faq.isEmpty() ? "all" : faq,
              mode(rule),
              String.join(",", fixes(rule)),
              rule.istio().toString()));
    }
    table.lines().forEach(line -> console.out().print(line + "\n"));
    console.out().print("\n" + console.say("faq.entries") + "\n");
    for (FaqEntry entry : FaqEntry.values()) {
      console
          .out()
          .print(
              String.format(
                  Locale.ROOT, "%4d  %s%n", entry.number(), console.say("faq." + entry.number())));
    }
  }

  /** Returns the mode, and where it differs that in files behind it. */
  private static String mode(RuleInfo rule) {
    String mode = rule.defaultMode().text();
    return rule.modeInFiles() == rule.defaultMode()
        ? mode
        : mode + " (check: " + rule.modeInFiles().text() + ")";
  }

  private static List<String> fixes(RuleInfo rule) {
    List<String> fixes = rule.fixes().stream().sorted().map(Safety::text).toList();
    return fixes.isEmpty() ? List.of("-") : fixes;
  }

  private ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    ArrayNode list = json.putArray("rules");
    for (RuleInfo rule : rules) {
      ObjectNode entry = list.addObject().put("id", rule.id());
      ArrayNode faq = entry.putArray("faq");
      rule.faq().forEach(e -> faq.addObject().put("number", e.number()).put("title", e.title()));
      entry.put("mode", rule.defaultMode().text());
      entry.put("modeInFiles", rule.modeInFiles().text());
      ArrayNode fixes = entry.putArray("fixes");
      rule.fixes().stream().sorted().forEach(safety -> fixes.add(safety.text()));
      entry.put("istio", rule.istio().toString()).put("since", rule.since());
      ArrayNode subjects = entry.putArray("subjects");
      List<String> kinds = new ArrayList<>(rule.subjects().stream().map(Object::toString).toList());
      kinds.sort(null);
      kinds.forEach(subjects::add);
      entry.put("linterOnly", rule.linterOnly());
      ArrayNode observed = entry.putArray("observed");
      RulePages.observed(rule.id()).forEach(observed::add);
    }
    return json;
  }
}
