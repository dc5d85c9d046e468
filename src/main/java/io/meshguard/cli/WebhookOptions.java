package io.meshguard.cli;

import picocli.CommandLine.Option;

/** Which webhook a command is about. */
final class WebhookOptions extends ClusterAddress {

  @Option(
      names = {"-n", "--namespace", "--meshguard-namespace"},
      paramLabel = "NAME",
      description = "Namespace of Meshguard. Default: meshguard.")
  String own = "meshguard";
}
