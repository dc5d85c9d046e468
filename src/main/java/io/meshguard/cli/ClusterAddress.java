package io.meshguard.cli;

import io.fabric8.kubernetes.client.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command talks to. */
class ClusterAddress {

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "A kubeconfig file in place of the usual ones.")
  @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig. Default: the current one.")
  @Nullable String context;

  /** Returns how to reach the cluster. */
  final Config config() {
    Contexts known = Contexts.read(Optional.ofNullable(kubeconfig));
    return known.config(known.chosen(context == null ? List.of() : List.of(context)).get(0));
  }
}
