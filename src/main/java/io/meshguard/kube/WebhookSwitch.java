package io.meshguard.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Has API servers not call our webhooks at all, and has them call again. */
public final class WebhookSwitch {

  /** A manager of its own, so that it is seen who wrote. */
  public static final String MANAGER = "meshguard-pause";

  private static final List<String> KINDS =
      List.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");
  private static final int UNPROCESSABLE = 422;
  private static final int MOST_TRIES = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;

  /** Makes a switch. */
  public WebhookSwitch(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Returns all webhook configurations that carry our label.
   *
   * @throws KubernetesClientException if they cannot be listed
   */
  public List<StoredWebhooks> ours() {
    List<StoredWebhooks> ours = new ArrayList<>();
    for (String kind : KINDS) {
      all(kind)
          .withLabel(StoredWebhooks.LABEL, StoredWebhooks.OURS)
          .list()
          .getItems()
          .forEach(item -> ours.add(stored(item)));
    }
    return ours;
  }

  /**
   * Has no entry of a configuration be called.
   *
   * @return whether anything was written
   * @throws KubernetesClientException if it cannot be written
   */
  public boolean relax(StoredWebhooks webhooks) {
    return write(webhooks.kind(), webhooks.name(), StoredWebhooks::relax);
  }

  /**
   * Writes back what was there before a configuration was relaxed.
   *
   * @return whether anything was written
   * @throws KubernetesClientException if it cannot be written
   */
  public boolean restore(StoredWebhooks webhooks) {
    return write(webhooks.kind(), webhooks.name(), StoredWebhooks::restore);
  }

  /**
   * Writes back what was there before the configurations of a name were relaxed; needs no right to
   * list.
   *
   * @param allowed whether it still is to be done. It is asked after a relaxed configuration was
   *     read: whoever relaxes one has written that it is wanted before
   * @return whether anything was written
   */
  public boolean restore(String name, BooleanSupplier allowed) {
    boolean written = false;
    for (String kind : KINDS) {
      written |=
          write(kind, name, stored -> stored.restore().filter(patch -> allowed.getAsBoolean()));
    }
    return written;
  }

  /** Others may write at the same time, so what is written is worked out anew until it fits. */
  private boolean write(
      String kind, String name, Function<StoredWebhooks, Optional<ArrayNode>> change) {
    Resource<GenericKubernetesResource> resource = all(kind).withName(name);
    PatchContext context =
        new PatchContext.Builder().withPatchType(PatchType.JSON).withFieldManager(MANAGER).build();
    for (int tries = 1; ; tries++) {
      GenericKubernetesResource found = resource.get();
      Optional<ArrayNode> patch =
          Optional.ofNullable(found).map(WebhookSwitch::stored).flatMap(change);
      if (patch.isEmpty()) {
        return false;
      }
      try {
        resource.patch(context, patch.get().toString());
        return true;
      } catch (KubernetesClientException e) {
        boolean overtaken =
            e.getCode() == UNPROCESSABLE || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
        if (!overtaken || tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private static StoredWebhooks stored(GenericKubernetesResource resource) {
    return new StoredWebhooks(JSON.<ObjectNode>valueToTree(resource));
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      all(String kind) {
    return client.genericKubernetesResources(
        new ResourceDefinitionContext.Builder()
            .withGroup("admissionregistration.k8s.io")
            .withVersion("v1")
            .withKind(kind)
            .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
            .withNamespaced(false)
            .build());
  }
}
