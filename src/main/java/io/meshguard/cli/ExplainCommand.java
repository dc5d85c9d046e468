package io.meshguard.cli;

import io.meshguard.resource.Nearest;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Shown;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the page of a rule. */
@Command(
    name = "explain",
    description = "Prints a rule's page: why, examples, fix, exceptions.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard explain unreachable-route",
      "  meshguard explain implicit-retries --language zh | less"
    })
final class ExplainCommand implements Callable<Integer> {

  private final Console console;
  private final List<RuleInfo> rules;

  @Parameters(paramLabel = "RULE", description = "Id of the rule; 'meshguard rules' lists them.")
  private String rule = "";

  @Option(
      names = "--language",
      paramLabel = "en|zh",
      converter = LanguageConverter.class,
      description = "Language of the page; by default that of the locale.")
  private @Nullable Language language;

  ExplainCommand(Console console, List<RuleInfo> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    List<String> ids = rules.stream().map(RuleInfo::id).toList();
    if (!ids.contains(rule)) {
      String meant =
          Nearest.to(rule, ids)
              .map(id -> "; did you mean " + id + "?")
              .orElse("; 'meshguard rules' lists them");
      throw new UnusableException("there is no rule \"" + Shown.cut(rule) + "\"" + meant);
    }
    Language shown = Optional.ofNullable(language).orElse(console.language());
    String page =
        switch (shown) {
          case EN -> RulePages.english(rule);
          case ZH -> RulePages.chinese(rule);
        };
    console.out().print(page);
    return ExitCode.CLEAN;
  }
}
