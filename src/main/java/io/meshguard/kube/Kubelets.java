package io.meshguard.kube;

import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashSet;
import java.util.Set;

/** Asks nodes for the versions of their kubelets. */
public final class Kubelets {

  private static final long PAGE = 100;

  private Kubelets() {}

  /**
   * Returns the versions as the nodes tell them, an empty one where a node tells none. Nodes are
   * listed a page at a time; an API server that has forgotten the pages by then is asked for all.
   */
  public static Set<String> versions(KubernetesClient client) {
    return versions(client, PAGE);
  }

  /** Returns the same, with so many nodes a page. */
  public static Set<String> versions(KubernetesClient client, long page) {
    Set<String> versions = new HashSet<>();
    ListOptions options = new ListOptionsBuilder().withLimit(page).build();
    while (true) {
      NodeList nodes;
      try {
        nodes = client.nodes().list(options);
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_GONE || options.getLimit() == null) {
          throw e;
        }
        versions.clear();
        options = new ListOptions();
        continue;
      }
      nodes.getItems().forEach(node -> versions.add(version(node)));
      String next = nodes.getMetadata() == null ? null : nodes.getMetadata().getContinue();
      if (next == null || next.isEmpty()) {
        return versions;
      }
      options = new ListOptionsBuilder().withLimit(page).withContinue(next).build();
    }
  }

  private static String version(Node node) {
    boolean told = node.getStatus() != null && node.getStatus().getNodeInfo() != null;
    String version = told ? node.getStatus().getNodeInfo().getKubeletVersion() : null;
    return version == null ? "" : version;
  }
}
