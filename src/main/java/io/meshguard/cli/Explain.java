package io.meshguard.cli;

import io.meshguard.report.RulePages;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one rule's page. */
@Command(
    name = "explain",
    description = "Shows a rule's page: why, bad and good examples, exceptions.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard explain unreachable-route",
      "  meshguard explain unreachable-route --language zh"
    })
final class Explain implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Parameters(paramLabel = "RULE", description = "Id of the rule.")
  private String rule = "";

  Explain(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    String id = KnownRule.find(rule, rules).id();
    Language wanted = console.language();
    String page =
        RulePages.page(id, wanted).orElseThrow(() -> new UnusableException("explain.none", id));
    console.out().print(page);
    return ExitCode.CLEAN;
  }
}
