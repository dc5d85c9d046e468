package io.meshguard.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command looks at, and with which policy. */
final class ClusterOptions extends ClusterAddress {

  @Option(
      names = "--meshguard-namespace",
      paramLabel = "NAME",
      description = "Namespace of Meshguard, where the cluster's policy is. Default: meshguard.")
  String own = "meshguard";

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The policy: the ConfigMap or its policy.yaml. Default: that of the cluster.")
  @Nullable String policy;
}
