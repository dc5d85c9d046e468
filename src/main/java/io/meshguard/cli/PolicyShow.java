package io.meshguard.cli;

import io.meshguard.policy.Explained;
import io.meshguard.policy.Policy;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a policy makes of each rule, and why. */
@Command(
    name = "show",
    description = "Shows the mode of each rule in a namespace, and what sets it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard policy show",
      "  meshguard policy show --policy policy.yaml -n prod-shop --rule unreachable-route"
    })
final class PolicyShow implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The ConfigMap or its policy.yaml. Default: the built-in defaults.")
  private @Nullable String file;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "The namespace to show it for. Default: default.")
  private String namespace = "default";

  @Option(
      names = "--namespace-label",
      paramLabel = "KEY=VALUE",
      description = "A label of the namespace, for overrides that select by labels. Repeatable.")
  private Map<String, String> labels = new HashMap<>();

  @Option(names = "--rule", paramLabel = "RULE", description = "Show only this rule.")
  private @Nullable String rule;

  PolicyShow(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    PolicyFile policies = new PolicyFile(rules.stream().map(Rule::info).toList(), console);
    Optional<RuleInfo> only = Optional.ofNullable(rule).map(id -> KnownRule.find(id, rules));
    Policy policy = policies.policy(Optional.ofNullable(file), console.language());
    Table table =
        new Table(
            List.of(
                console.say("head.rule"),
                console.say("head.mode"),
                console.say("head.configured"),
                console.say("head.setBy")));
    for (Explained explained : policy.explain(namespace, labels)) {
      if (only.isEmpty() || only.get().id().equals(explained.rule().id())) {
        table.row(
            List.of(
                explained.rule().id(),
                explained.mode().text(),
                explained.configured().text(),
                console.say(explained.source().message())));
      }
    }
    table.lines().forEach(line -> console.out().print(line + "\n"));
    console.out().print("\nenforcement: " + policy.enforcement().text() + "\n");
    return ExitCode.CLEAN;
  }
}
