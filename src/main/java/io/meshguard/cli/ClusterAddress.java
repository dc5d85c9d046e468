package io.meshguard.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which cluster a command talks to. Commands that may do without one have it too, so that it names
 * nothing of the Kubernetes client: {@link Contexts} does.
 */
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
}
