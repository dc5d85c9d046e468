package io.meshguard.cli;

import io.meshguard.policy.PolicyResult;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Validates policies. */
@Command(
    name = "check",
    description = "Lists all mistakes in policies, with line and column.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard policy check policy.yaml",
      "  kubectl -n meshguard get configmap meshguard-policy -o yaml | meshguard policy check -",
      "",
      "Exit codes: 0 all can be used, 1 one cannot, 2 one cannot be read."
    })
final class PolicyCheck implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "The ConfigMap or its policy.yaml; - for standard input.")
  private List<String> files = new ArrayList<>();

  PolicyCheck(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    PolicyFile policies = new PolicyFile(rules.stream().map(Rule::info).toList(), console);
    Language language = console.language();
    int exitCode = ExitCode.CLEAN;
    for (String file : files) {
      try {
        PolicyResult result = policies.read(file);
        result.problems().forEach(problem -> say(problem.line(language)));
        result.warnings().forEach(warning -> say(warning.line(language)));
        boolean usable = result.policy().isPresent();
        if (usable) {
          say(console.say("policy.usable", SafeText.escape(file)));
        }
        exitCode = Math.max(exitCode, usable ? ExitCode.CLEAN : ExitCode.FINDINGS);
      } catch (UnusableException e) {
        console.note(SafeText.escape(console.say(e.reason())));
        exitCode = ExitCode.UNUSABLE;
      }
    }
    return exitCode;
  }

  private void say(String line) {
    console.out().print(line + "\n");
  }
}
