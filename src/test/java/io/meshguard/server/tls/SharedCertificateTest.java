package io.meshguard.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.meshguard.MovableClock;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replicas that share an authority through a real API server. */
@RequiresControlPlane
class SharedCertificateTest {

  private static final String NAMESPACE = "shared-authority";
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  private static KubernetesClient client;
  private final MovableClock clock = new MovableClock(START);

  @BeforeAll
  static void connect(ControlPlane controlPlane) throws Exception {
    controlPlane.createNamespace(NAMESPACE, Map.of());
    client = Clients.of(controlPlane);
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  @Test
  void replicasThatStartAtTheSameMomentAgree() throws Exception {
    List<SharedCertificate> replicas = started("at-once", 8);

    String bundle = replicas.get(0).authorityPem().orElseThrow();
    for (SharedCertificate replica : replicas) {
      assertThat(replica.authorityPem()).contains(bundle);
      Trust.require(bundle, replica.current(), START);
    }
    assertThat(replicas).extracting(SharedCertificate::current).doesNotHaveDuplicates();
  }

  @Test
  void theyRenewTogetherAndEachTrustsTheOthersAllTheTime() throws Exception {
    List<SharedCertificate> replicas = started("renewal", 2);
    int renewed = 0;
    for (int day = 0; day < 800; day += day > 480 && day < 495 ? 1 : 10) {
      for (SharedCertificate replica : replicas) {
        renewed += replica.refresh() ? 1 : 0;
        for (SharedCertificate other : replicas) {
          assertThat(
                  Trust.trusted(
                      replica.authorityPem().orElseThrow(), other.current(), clock.instant()))
              .as("day %d", day)
              .isTrue();
        }
      }
      clock.advance(Duration.ofDays(day > 480 && day < 495 ? 1 : 10));
    }
    assertThat(renewed).isGreaterThan(20);
    assertThat(replicas)
        .extracting(SharedCertificate::authorityPem)
        .containsOnly(replicas.get(0).authorityPem());
  }

  @Test
  void aSecretThatIsGoneOrSpoiltIsWrittenAgainAndNobodyLosesTrust() throws Exception {
    List<SharedCertificate> replicas = started("spoilt", 4);
    Optional<String> before = replicas.get(0).authorityPem();

    client.secrets().inNamespace(NAMESPACE).withName("spoilt").delete();
    for (SharedCertificate replica : replicas) {
      assertThat(replica.refresh()).isFalse();
      assertThat(replica.authorityPem()).isEqualTo(before);
    }
    Secret secret = client.secrets().inNamespace(NAMESPACE).withName("spoilt").get();
    assertThat(secret).isNotNull();
    secret.getData().put("tls.key", secret.getData().get("tls.crt"));
    client.resource(secret).update();

    assertThat(replicas.get(3).refresh()).isFalse();
    assertThat(new SharedCertificate(secret("spoilt"), Set.of("a"), clock).authorityPem())
        .isEqualTo(before);
  }

  @Test
  void whoeverWritesSecondIsTold() throws Exception {
    AuthoritySecret secret = secret("second");
    SharedAuthorities one = SharedAuthorities.begin(START);
    SharedAuthorities other = SharedAuthorities.begin(START);

    assertThat(secret.create(one)).isTrue();
    assertThat(secret.create(other)).isFalse();
    String version = secret.load().orElseThrow().version();
    assertThat(secret.replace(other, version)).isTrue();
    assertThat(secret.replace(one, version)).isFalse();
    assertThat(secret.load().orElseThrow().authorities()).contains(other);
    client.secrets().inNamespace(NAMESPACE).withName("second").delete();
    assertThat(secret.replace(one, version)).isFalse();
  }

  @Test
  void withoutTheApiServerNobodyIsToldToTrustWhatIsNotShared() throws Exception {
    Config nowhere =
        new ConfigBuilder()
            .withMasterUrl("https://127.0.0.1:1")
            .withConnectionTimeout(200)
            .withRequestRetryBackoffLimit(0)
            .build();
    try (KubernetesClient lost = new KubernetesClientBuilder().withConfig(nowhere).build()) {
      SharedCertificate replica =
          new SharedCertificate(
              new AuthoritySecret(lost, NAMESPACE, "lost"), Set.of("localhost"), clock);

      assertThat(replica.authorityPem()).isEmpty();
      assertThat(replica.refresh()).isFalse();
      assertThat(replica.current().chain()).hasSize(2);
    }
  }

  private List<SharedCertificate> started(String name, int count) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      CountDownLatch start = new CountDownLatch(count);
      List<Future<SharedCertificate>> starting = new ArrayList<>();
      for (int replica = 0; replica < count; replica++) {
        starting.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return new SharedCertificate(secret(name), Set.of("localhost"), clock);
                }));
      }
      List<SharedCertificate> replicas = new ArrayList<>();
      for (Future<SharedCertificate> future : starting) {
        replicas.add(future.get());
      }
      return replicas;
    } finally {
      threads.shutdownNow();
    }
  }

  private static AuthoritySecret secret(String name) {
    return new AuthoritySecret(client, NAMESPACE, name);
  }
}
