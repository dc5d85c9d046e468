package io.meshguard.cli;

import io.meshguard.rule.Rule;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Commands about policies. */
@Command(
    name = "policy",
    description = "Checks, explains, compares and drafts policies.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard policy check policy.yaml",
      "  meshguard policy show --policy policy.yaml -n prod-shop",
      "  meshguard policy diff old.yaml new.yaml deploy/"
    })
final class PolicyCommand implements Runnable {

  /** Returns the command with its subcommands. */
  static CommandLine with(Console console, List<Rule> rules) {
    return new CommandLine(new PolicyCommand())
        .addSubcommand(new PolicyCheck(console, rules))
        .addSubcommand(new PolicyShow(console, rules))
        .addSubcommand(new PolicyDiff(console, rules))
        .addSubcommand(new PolicyDrift(console, rules))
        .addSubcommand(new PolicyInit(console, rules));
  }

  @Override
  public void run() {
    throw new UnusableException("what.policy");
  }
}
