package io.meshguard.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.Relay;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import io.meshguard.pause.PauseHolder;
import io.meshguard.resource.Kind;
import io.meshguard.server.mesh.FactsHolder;
import io.meshguard.server.mesh.LiveMesh;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a server knows of its knowledge while its API server refuses, hangs, or falls silent. Ten
 * seconds are promised; the tests allow for a machine with other things to do.
 */
@RequiresControlPlane
class OutageTest {

  private static final System.Logger LOG = System.getLogger(OutageTest.class.getName());
  private static final Duration STALE = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final String NAMESPACE = "outage";

  @Test
  void knowledgeIsDoubtedInTimeAndComesBack(ControlPlane cluster, @TempDir Path directory)
      throws Exception {
    cluster.createNamespace(NAMESPACE, Map.of());
    AtomicBoolean refusing = new AtomicBoolean();
    int port = cluster.server().getPort();
    try (Relay relay = new Relay(() -> refusing.get() ? Optional.empty() : Optional.of(port))) {
      Path kubeconfig = directory.resolve("kubeconfig");
      Files.writeString(
          kubeconfig,
          Files.readString(cluster.kubeconfig()).replace(":" + port, ":" + relay.port()));
      Config config = Clients.config(kubeconfig);
      FactsHolder facts = new FactsHolder();
      LiveMesh mesh = new LiveMesh(facts::facts);
      KubernetesClient client = ClusterFactory.client(config, NAMESPACE);
      ClusterRuntime link = Linked.link(client, NAMESPACE, mesh, facts, new PauseHolder());
      link.start(new StartupEvent());
      try {
        within(PATIENCE, "ready", link::ready);
        news(cluster, mesh, "at-first");

        // some connections are forgotten, and nobody says so; new ones are well
        Thread.sleep(2_500); // each watch has answered by now
        atOnce(client, 8);
        relay.swallow();
        news(cluster, mesh, "after-forgotten-connections");
        neverWithin(STALE, "stale, for requests before were forgotten too", mesh);

        // nothing is answered any more, on old connections or new ones
        relay.swallow();
        relay.hang(true);
        within(STALE, "stale in a black hole", () -> mesh.stale(Kind.NAMESPACE));
        relay.hang(false);
        relay.cut();
        within(PATIENCE, "back from a black hole", () -> !mesh.stale(Kind.NAMESPACE));
        news(cluster, mesh, "after-a-black-hole");

        // connections are taken and hang
        relay.hang(true);
        relay.cut();
        within(STALE, "stale while it hangs", () -> mesh.stale(Kind.NAMESPACE));
        relay.hang(false);
        relay.cut();
        within(PATIENCE, "back after it hung", () -> !mesh.stale(Kind.NAMESPACE));

        // connections are refused
        refusing.set(true);
        relay.cut();
        within(STALE, "stale while it refuses", () -> mesh.stale(Kind.NAMESPACE));
        refusing.set(false);
        within(PATIENCE, "back after it refused", () -> !mesh.stale(Kind.NAMESPACE));
        news(cluster, mesh, "after-refusal");
      } finally {
        link.stop(new ShutdownEvent());
      }
    }
  }

  private static void news(ControlPlane cluster, LiveMesh mesh, String name) throws Exception {
    cluster.createNamespace(name, Map.of());
    within(PATIENCE, name, () -> mesh.find(Kind.NAMESPACE, "", name).found().isPresent());
  }

  /** Leaves so many connections behind that the next requests find. */
  private static void atOnce(KubernetesClient client, int requests) {
    ExecutorService threads = Executors.newFixedThreadPool(requests);
    Stream.generate(() -> CompletableFuture.runAsync(client::getKubernetesVersion, threads))
        .limit(requests)
        .toList()
        .forEach(CompletableFuture::join);
    threads.shutdown();
  }

  private static void neverWithin(Duration time, String what, LiveMesh mesh)
      throws InterruptedException {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < time.toNanos()) {
      assertThat(mesh.stale(Kind.NAMESPACE)).as(what).isFalse();
      Thread.sleep(50);
    }
  }

  private static void within(Duration most, String what, BooleanSupplier condition)
      throws InterruptedException {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - begin).as(what).isLessThan(most.toNanos());
      Thread.sleep(50);
    }
    LOG.log(System.Logger.Level.INFO, "{0}: {1} ms", what, (System.nanoTime() - begin) / 1_000_000);
  }
}
