package io.meshguard.server.policy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.Trouble;
import io.meshguard.policy.PolicyHolder.ActivePolicy;
import io.meshguard.report.ProductInfo;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The last policy that was found good, kept in a ConfigMap for replicas that start later. */
public final class AcceptedPolicy {

  static final String CONFIG_MAP = "meshguard-policy-accepted";
  private static final String RELEASE = "meshguard.io/release";
  private static final String MANAGER = "meshguard";

  private static final Logger LOG = Logger.getLogger(AcceptedPolicy.class);

  private final KubernetesClient client;
  private final String namespace;
  private volatile Stored stored = Stored.NOTHING;

  private record Stored(Map<String, String> data, Instant since) {
    static final Stored NOTHING = new Stored(Map.of(), Instant.MAX);
  }

  /** Makes one for the ConfigMap in a namespace. */
  public AcceptedPolicy(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Returns the stored policy; empty where there is none, or it cannot be read now. */
  public Optional<ConfigMap> load() {
    try {
      return Optional.ofNullable(
          client.configMaps().inNamespace(namespace).withName(CONFIG_MAP).get());
    } catch (KubernetesClientException e) {
      LOG.warnf("the accepted policy cannot be read: %s", Trouble.of(e));
      return Optional.empty();
    }
  }

  /**
   * Returns since when a policy has been in force together with the rules of this release, as far
   * as that is known: a restart of the server does not begin it anew.
   */
  public Instant since(ActivePolicy inForce) {
    Stored last = stored;
    return inForce.generation() > 0 && inForce.data().equals(last.data())
        ? last.since()
        : inForce.since();
  }

  /** Forgets what was stored when it was stored last, for others may have stored since. */
  public void forget() {
    stored = Stored.NOTHING;
  }

  /**
   * Stores a policy that is in force as it was written. Where it is stored already nothing changes,
   * and it is read anew since when it is: in between it may have been another.
   */
  public void store(ActivePolicy inForce) {
    if (inForce.generation() == 0) {
      return;
    }
    ConfigMap configMap =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(CONFIG_MAP)
            .addToLabels("app.kubernetes.io/managed-by", "meshguard")
            .addToAnnotations(RELEASE, ProductInfo.VERSION)
            .endMetadata()
            .withData(inForce.data())
            .build();
    try {
      ConfigMap written =
          client.resource(configMap).fieldManager(MANAGER).forceConflicts().serverSideApply();
      stored = new Stored(inForce.data(), changed(written).orElse(inForce.since()));
    } catch (KubernetesClientException e) {
      LOG.warnf("the accepted policy cannot be stored: %s", Trouble.of(e));
    }
  }

  /**
   * Returns when this policy and this release were first stored, by the clock of the API server, by
   * which objects are created too: writing the same again changes nothing.
   */
  private static Optional<Instant> changed(ConfigMap written) {
    return written.getMetadata().getManagedFields().stream()
        .filter(entry -> MANAGER.equals(entry.getManager()))
        .flatMap(entry -> Stream.ofNullable(entry.getTime()))
        .map(Instant::parse)
        .max(Comparator.naturalOrder());
  }
}
