package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.HostileObjects;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import io.meshguard.kube.ClusterReader;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import io.meshguard.rules.Catalogue;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** One stored object, whatever it holds, hides nothing but itself. */
@RequiresControlPlane
class HostileObjectsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NAMESPACE = "hostile";
  private static final int LONG_NAME = 60_000;

  @Test
  void whatIsStoredHidesNothingButItself(ControlPlane cluster) throws Exception {
    cluster.createNamespace(NAMESPACE, Map.of());
    create(cluster, HostileObjects.longName("long", NAMESPACE, LONG_NAME));
    create(cluster, HostileObjects.longField("field", NAMESPACE, LONG_NAME));
    create(cluster, HostileObjects.deep("deep", NAMESPACE, 900));
    create(cluster, HostileObjects.longNumber("number", NAMESPACE, 2_000));
    create(cluster, HostileObjects.manyNodes("many", NAMESPACE, 450_000));
    create(cluster, HostileObjects.filter("plain", NAMESPACE, "{}"));
    Config config = Clients.config(cluster);
    LiveMesh mesh = new LiveMesh(() -> MeshFacts.UNKNOWN);
    try (KubernetesClient client = ClusterReader.client(config);
        MeshWatch watch = new MeshWatch(client, mesh, Catalogue.infos(), Set::of)) {
      watch.extend();
      until("synced", watch::synced);

      assertThat(found(mesh, Kind.VIRTUAL_SERVICE, "long")).isTrue();
      assertThat(found(mesh, Kind.ENVOY_FILTER, "field")).isTrue();
      assertThat(found(mesh, Kind.ENVOY_FILTER, "number")).isTrue();
      assertThat(found(mesh, Kind.ENVOY_FILTER, "plain")).isTrue();
      for (String opaque : Set.of("deep", "many")) {
        assertThat(mesh.find(Kind.ENVOY_FILTER, NAMESPACE, opaque))
            .isInstanceOf(Lookup.Unknown.class);
      }
      assertThat(mesh.find(Kind.ENVOY_FILTER, NAMESPACE, "none").isAbsent()).isTrue();
      assertThat(mesh.list(Kind.ENVOY_FILTER).complete()).isTrue();
      assertThat(mesh.list(Kind.ENVOY_FILTER, NAMESPACE).complete()).isFalse();
      assertThat(mesh.list(Kind.ENVOY_FILTER, "elsewhere").complete()).isTrue();

      // changes come in after events of each sort
      create(cluster, HostileObjects.longField("field-later", NAMESPACE, LONG_NAME));
      create(cluster, HostileObjects.deep("deep-later", NAMESPACE, 900));
      create(cluster, HostileObjects.manyNodes("many-later", NAMESPACE, 450_000));
      create(cluster, HostileObjects.filter("last", NAMESPACE, "{}"));
      until("events", () -> found(mesh, Kind.ENVOY_FILTER, "last"));
      assertThat(watch.open(Kind.ENVOY_FILTER)).isTrue();
      assertThat(found(mesh, Kind.ENVOY_FILTER, "field-later")).isTrue();
      assertThat(mesh.find(Kind.ENVOY_FILTER, NAMESPACE, "many-later"))
          .isInstanceOf(Lookup.Unknown.class);

      // what is mended is seen again
      run(cluster, HostileObjects.filter("deep", NAMESPACE, "{}"), "replace");
      until("mended", () -> found(mesh, Kind.ENVOY_FILTER, "deep"));
      assertThat(cluster.kubectl().run("delete", "envoyfilter", "-n", NAMESPACE, "many").exitCode())
          .isZero();
      until("deleted", () -> mesh.find(Kind.ENVOY_FILTER, NAMESPACE, "many").isAbsent());
    } finally {
      cluster.kubectl().run("delete", "envoyfilter,virtualservice", "-n", NAMESPACE, "--all");
    }
  }

  private static boolean found(LiveMesh mesh, Kind kind, String name) {
    return mesh.find(kind, NAMESPACE, name).found().isPresent();
  }

  private static void create(ControlPlane cluster, String json) throws Exception {
    run(cluster, json, "create");
  }

  private static void run(ControlPlane cluster, String json, String verb) throws Exception {
    Kubectl.Result done = cluster.kubectl().runWithInput(json, verb, "--validate=false", "-f", "-");
    assertThat(done.exitCode()).as(done.stderr()).isZero();
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(100);
    }
  }
}
