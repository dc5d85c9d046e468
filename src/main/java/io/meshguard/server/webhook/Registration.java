package io.meshguard.server.webhook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshguard.kube.WebhookSwitch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** Writes webhook configurations: as a whole, or only the authority that is to be trusted. */
public final class Registration {

  private static final Logger LOG = Logger.getLogger(Registration.class);

  /** A manager of its own, so that whoever installs the configurations owns the rest of them. */
  private static final String CA_MANAGER = "meshguard-ca";

  private final KubernetesClient client;
  private final String name;
  private boolean registered;

  /** Makes one for the configurations of a name. */
  public Registration(KubernetesClient client, String name) {
    this.client = client;
    this.name = name;
  }

  /** Writes both configurations as they are given. */
  public void register(WebhookConfigurations configurations) {
    apply("meshguard", configurations.mutating());
    apply("meshguard", configurations.validating());
    if (!registered) {
      LOG.infof("registered the webhook configurations \"%s\"", name);
      registered = true;
    }
  }

  /**
   * Has API servers call again after a pause in which they were told not to.
   *
   * @param over whether the pause is over for certain; asked only where there is something to undo
   */
  public void restore(BooleanSupplier over) {
    if (new WebhookSwitch(client).restore(name, over)) {
      LOG.warnf(
          "the pause is over, API servers call the webhook configurations \"%s\" again", name);
    }
  }

  /** Writes the authority into every entry of ours that does not have it. */
  public void trust(String authorityPem) {
    String bundle = WebhookConfigurations.base64(authorityPem);
    MutatingWebhookConfiguration mutating =
        client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name).get();
    if (mutating != null) {
      Map<String, WebhookClientConfig> entries = new TreeMap<>();
      mutating
          .getWebhooks()
          .forEach(entry -> entries.put(entry.getName(), entry.getClientConfig()));
      trust(mutating, entries, bundle);
    }
    ValidatingWebhookConfiguration validating =
        client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name).get();
    if (validating != null) {
      Map<String, WebhookClientConfig> entries = new TreeMap<>();
      validating
          .getWebhooks()
          .forEach(entry -> entries.put(entry.getName(), entry.getClientConfig()));
      trust(validating, entries, bundle);
    }
  }

  private void trust(
      HasMetadata configuration, Map<String, WebhookClientConfig> entries, String bundle) {
    List<String> stale = new ArrayList<>();
    entries.forEach(
        (entry, config) -> {
          if (!bundle.equals(config.getCaBundle())) {
            stale.add(entry);
          }
        });
    if (stale.isEmpty()) {
      return;
    }
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.put("apiVersion", configuration.getApiVersion()).put("kind", configuration.getKind());
    patch.putObject("metadata").put("name", name);
    ArrayNode webhooks = patch.putArray("webhooks");
    entries
        .keySet()
        .forEach(
            entry ->
                webhooks
                    .addObject()
                    .put("name", entry)
                    .putObject("clientConfig")
                    .put("caBundle", bundle));
    apply(CA_MANAGER, patch);
    LOG.infof("wrote our authority into %s %s", configuration.getKind(), name);
  }

  private void apply(String manager, ObjectNode object) {
    GenericKubernetesResource resource =
        Serialization.unmarshal(object.toString(), GenericKubernetesResource.class);
    client.resource(resource).fieldManager(manager).forceConflicts().serverSideApply();
  }
}
