package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import io.meshguard.kube.ClusterReader;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import io.meshguard.rules.Catalogue;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What a watch says of itself while an API server of its own goes away and comes back. */
@RequiresControlPlane
class MeshWatchTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void aWatchThatIsCutOffGrowsStaleAndRecovers() throws Exception {
    try (ControlPlane cluster =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent())) {
      cluster.createNamespace("before", Map.of());
      Config config = Clients.config(cluster);
      LiveMesh mesh = new LiveMesh(() -> MeshFacts.UNKNOWN);
      try (KubernetesClient client = ClusterReader.client(config);
          MeshWatch watch = new MeshWatch(client, mesh, Catalogue.infos(), Set::of)) {
        Staleness staleness = new Staleness(Clock.systemUTC(), () -> watch.open(Kind.NAMESPACE));
        watch.extend();
        until("open", () -> watch.open(Kind.NAMESPACE));

        assertThat(staleness.seconds()).isZero();
        assertThat(mesh.store(Kind.NAMESPACE).size()).isGreaterThanOrEqualTo(2);
        assertThat(watch.served(Kind.NAMESPACE)).isTrue();
        assertThat(watch.served(Kind.VIRTUAL_SERVICE)).as("no Istio here").isFalse();

        cluster.apiServer().kill();
        until("cut off", () -> staleness.seconds() > 0);
        cluster.apiServer().restart();
        cluster.awaitReady();
        until("open again", () -> staleness.seconds() == 0);
      }
    }
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(100);
    }
  }
}
