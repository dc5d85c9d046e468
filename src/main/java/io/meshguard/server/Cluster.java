package io.meshguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/**
 * The cluster that the server works for.
 *
 * @param client speaks to it; empty where there is none
 * @param namespace namespace of Meshguard itself
 */
record Cluster(Optional<KubernetesClient> client, String namespace) {}
