package io.meshguard.cli;

import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Commands about the webhook of a cluster, for the hour of need. */
@Command(
    name = "webhook",
    description = {
      "Pauses the webhook of a cluster, and shows its status.",
      "A pause ends by itself; while it lasts, every object is stored as it is, with a warning."
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard webhook status",
      "  meshguard webhook pause --for 2h --reason \"release 42 must go out\"",
      "  meshguard webhook pause --for 30m --hard",
      "  meshguard webhook resume"
    })
final class WebhookCommand implements Runnable {

  /** Returns the command with its subcommands. */
  static CommandLine with(Console console, Clock clock) {
    return new CommandLine(new WebhookCommand())
        .addSubcommand(new WebhookPause(console, clock))
        .addSubcommand(new WebhookResume(console))
        .addSubcommand(new WebhookStatus(console, clock));
  }

  @Override
  public void run() {
    throw new UnusableException("what.webhook");
  }
}
