package io.meshguard.server;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of the server that concern its cluster; environment variables begin the same way. */
@ConfigMapping(prefix = "meshguard.cluster")
public interface ClusterConfig {

  /** Returns the kubeconfig file to use; empty for the service account of a Pod, if it is one. */
  Optional<Path> kubeconfig();

  /** Returns the namespace of Meshguard itself; empty for that of the Pod, or {@code meshguard}. */
  Optional<String> namespace();

  /** Returns the name of the Service that leads to the webhook. */
  @WithDefault("meshguard")
  String service();

  /** Returns the name of both webhook configurations. */
  @WithDefault("meshguard")
  String webhookConfiguration();

  /**
   * Returns the address under which the API server reaches this process; where it is given, the
   * webhook configurations are written to the cluster with it.
   */
  Optional<URI> registerUrl();
}
