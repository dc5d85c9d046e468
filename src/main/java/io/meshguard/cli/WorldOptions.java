package io.meshguard.cli;

import io.meshguard.mesh.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said of the objects that a question is about. */
final class WorldOptions extends ClusterAddress {

  @Option(
      names = "--mesh",
      paramLabel = "PATH",
      description = "Objects around the given ones, such as an export of a cluster. Repeatable.")
  List<String> meshPaths = new ArrayList<>();

  @Option(
      names = "--closed-world",
      description = "The given objects are the whole mesh: what is not among them does not exist.")
  boolean closedWorld;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "A policy, for what it says of the mesh: versions, namespaces, clusters.")
  @Nullable String policy;

  @Option(
      names = "--istio-version",
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description =
          "Version of Istio; repeatable for several revisions. Default: the newest known.")
  List<Version> istioVersions = new ArrayList<>();

  @Option(
      names = "--kubernetes-version",
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description = "Version of Kubernetes; repeatable. Default: not known.")
  List<Version> kubernetesVersions = new ArrayList<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace of objects without one. Default: default.")
  String namespace = "default";

  /** Returns whether a cluster is asked. */
  boolean live() {
    return context != null || kubeconfig != null;
  }
}
