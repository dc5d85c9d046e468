package io.meshguard.kube;

import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.resource.Kind;
import java.util.Optional;

/** Which API version of a kind an API server serves, if any. */
public final class ServedKinds {

  private final KubernetesClient client;

  /** Makes one that has asked nothing yet. */
  public ServedKinds(KubernetesClient client) {
    this.client = client;
  }

  /** Returns the newest version that is served; empty where the kind is not. */
  public Optional<String> version(Kind kind) {
    return kind.versions().stream().filter(version -> serves(kind, version)).findFirst();
  }

  /** Returns whether a version of a kind is served. */
  public boolean serves(Kind kind, String version) {
    String groupVersion = kind.group().isEmpty() ? version : kind.group() + "/" + version;
    try {
      APIResourceList resources = client.getApiResources(groupVersion);
      return resources != null
          && resources.getResources().stream()
              .anyMatch(resource -> kind.plural().equals(resource.getName()));
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404) {
        return false;
      }
      throw e;
    }
  }
}
