package io.meshguard.cli;

import io.meshguard.policy.Explained;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyResult;
import io.meshguard.resource.Nearest;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Shown;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What concerns policies. */
@Command(
    name = "policy",
    description = "Validates a policy, or says what it decides.",
    synopsisSubcommandLabel = "COMMAND")
final class PolicyCommand {

  private PolicyCommand() {}

  /** Returns the command with its subcommands. */
  static CommandLine line(Console console, List<RuleInfo> rules) {
    return new CommandLine(new PolicyCommand())
        .addSubcommand(new CheckPolicy(console, rules))
        .addSubcommand(new ShowPolicy(console, rules));
  }

  /** Validates policies. */
  @Command(
      name = "check",
      description = "Validates policies: the ConfigMap, or a bare policy.yaml.",
      sortOptions = false,
      footerHeading = "%nExamples:%n",
      footer = {
        "  meshguard policy check policy-configmap.yaml",
        "  kubectl -n meshguard get cm meshguard-policy -o yaml | meshguard policy check -",
        "",
        "Exit codes: 0 valid, 1 not valid, 2 wrong usage or unreadable file."
      })
  static final class CheckPolicy implements Callable<Integer> {

    private final Console console;
    private final PolicyFile policies;

    @Parameters(
        arity = "1..*",
        paramLabel = "FILE",
        description = "Policy files; - for standard input.")
    private List<String> files = List.of();

    @Option(
        names = "--language",
        paramLabel = "en|zh",
        converter = LanguageConverter.class,
        description = "Language of the messages; by default that of the locale.")
    private @Nullable Language language;

    CheckPolicy(Console console, List<RuleInfo> rules) {
      this.console = console;
      this.policies = new PolicyFile(rules, console);
    }

    @Override
    public Integer call() {
      Language shown = Optional.ofNullable(language).orElse(console.language());
      boolean valid = true;
      for (String file : files) {
        PolicyResult result = policies.read(file);
        result.problems().forEach(problem -> console.out().println(problem.line(shown)));
        result
            .warnings()
            .forEach(warning -> console.out().println("warning: " + warning.line(shown)));
        boolean accepted = result.problems().isEmpty() && result.policy().isPresent();
        if (accepted) {
          console.out().println(Shown.escape(file) + ": valid");
        }
        valid &= accepted;
      }
      return valid ? ExitCode.CLEAN : ExitCode.FINDINGS;
    }
  }

  /** Says what a policy decides. */
  @Command(
      name = "show",
      description = "Shows the mode of each rule and what sets it.",
      sortOptions = false,
      footerHeading = "%nExamples:%n",
      footer = {
        "  meshguard policy show                              the defaults",
        "  meshguard policy show --policy policy.yaml -n prod-shop",
        "  meshguard policy show --policy policy.yaml --rule implicit-retries"
      })
  static final class ShowPolicy implements Callable<Integer> {

    private final Console console;
    private final PolicyFile policies;
    private final List<RuleInfo> rules;

    @Option(
        names = "--policy",
        paramLabel = "FILE",
        description = "The policy; without it, the defaults.")
    private @Nullable String policy;

    @Option(
        names = {"-n", "--namespace"},
        paramLabel = "NS",
        description = "Namespace to show the modes for.",
        defaultValue = "default")
    private String namespace = "default";

    @Option(
        names = "--namespace-label",
        paramLabel = "KEY=VALUE",
        description = "Label of that namespace, for overrides by selector; repeatable.")
    private Map<String, String> labels = Map.of();

    @Option(names = "--rule", paramLabel = "RULE", description = "Show this rule only.")
    private @Nullable String rule;

    ShowPolicy(Console console, List<RuleInfo> rules) {
      this.console = console;
      this.rules = rules;
      this.policies = new PolicyFile(rules, console);
    }

    @Override
    public Integer call() {
      if (rule != null) {
        requireKnown(rule);
      }
      Policy read = policies.policy(Optional.ofNullable(policy), console.language());
      int width = rules.stream().mapToInt(info -> info.id().length()).max().orElse(0);
      for (Explained explained : read.explain(namespace, labels)) {
        if (rule == null || explained.rule().id().equals(rule)) {
          console
              .out()
              .printf(
                  "%-" + width + "s  %-4s  %s%n",
                  explained.rule().id(),
                  explained.mode().text(),
                  Shown.escape(explained.source()));
        }
      }
      return ExitCode.CLEAN;
    }

    private void requireKnown(String wanted) {
      List<String> ids = rules.stream().map(RuleInfo::id).toList();
      if (!ids.contains(wanted)) {
        String meant = Nearest.to(wanted, ids).map(id -> "; did you mean " + id + "?").orElse("");
        throw new UnusableException("there is no rule \"" + Shown.cut(wanted) + "\"" + meant);
      }
    }
  }
}
