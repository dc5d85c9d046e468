package io.meshguard.server.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyHolder.ActivePolicy;
import io.meshguard.policy.PolicyHolder.State;
import io.meshguard.rules.Catalogue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@RequiresControlPlane
class AcceptedPolicyTest {

  private static final String NAMESPACE = "accepted";
  private static final Duration SKEW = Duration.ofMinutes(10);

  @Test
  void aPolicyIsInForceSinceItWasStoredByTheClockOfTheApiServer(ControlPlane cluster)
      throws Exception {
    cluster.createNamespace(NAMESPACE, Map.of());
    try (KubernetesClient client = Clients.of(cluster)) {
      ActivePolicy behind = inForce("deny", Instant.now().minus(SKEW));
      AcceptedPolicy first = new AcceptedPolicy(client, NAMESPACE);
      first.store(behind);
      Instant since = first.since(behind);
      assertThat(since).isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
      Thread.sleep(1100); // times are whole seconds

      ActivePolicy ahead = inForce("deny", Instant.now().plus(SKEW));
      AcceptedPolicy next = new AcceptedPolicy(client, NAMESPACE);
      next.store(ahead);
      assertThat(next.since(ahead)).as("another leader, the same policy").isEqualTo(since);

      ActivePolicy other = inForce("warn", Instant.now().plus(SKEW));
      next.store(other);
      assertThat(next.since(other))
          .isAfter(since)
          .isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
      assertThat(next.load().map(ConfigMap::getData)).contains(other.data());
    }
  }

  /** What one leader knew is not true any more when it leads again. */
  @Test
  void aPolicyThatWasAnotherInBetweenIsInForceSinceItIsBack(ControlPlane cluster) throws Exception {
    String namespace = "accepted-again";
    cluster.createNamespace(namespace, Map.of());
    try (KubernetesClient client = Clients.of(cluster)) {
      AcceptedPolicy first = new AcceptedPolicy(client, namespace);
      AcceptedPolicy second = new AcceptedPolicy(client, namespace);
      ActivePolicy deny = inForce("deny", Instant.now());
      first.store(deny);
      Instant begin = first.since(deny);
      Thread.sleep(1100); // times are whole seconds
      second.store(inForce("warn", Instant.now()));
      second.store(deny);

      first.store(deny);
      assertThat(first.since(deny)).isAfter(begin);
      first.forget();
      assertThat(first.since(deny)).as("as far as it is known").isEqualTo(deny.since());
    }
  }

  private static ActivePolicy inForce(String mode, Instant since) {
    return new ActivePolicy(
        Policy.defaults(Catalogue.infos(), Version.of("9.0")),
        State.ACCEPTED,
        1,
        since,
        Map.of("unreachable-route", mode),
        List.of(),
        List.of(),
        List.of());
  }
}
