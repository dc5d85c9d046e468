package io.meshguard.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Resource;
import io.meshguard.rules.Catalogue;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What another object made is not judged, if there is that other object. */
final class ScopeTest {

  private static final String OWNED =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: app
        namespace: shop
        ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: app, uid: a, controller: true}]
      """;

  private static final Resource REPLICA_SET =
      Manifests.object(
          "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: app, namespace: shop, uid: a}}");

  private final Scope scope = Scope.ofWebhook(Catalogue.rules(), Set.of("istio-system"), "own");

  @Test
  void onlyAnOwnerThatIsSeenCounts() {
    assertThat(covers(OWNED, true, REPLICA_SET)).isFalse();
    assertThat(covers(OWNED, true)).as("no such owner").isTrue();
    assertThat(covers(OWNED, false)).as("not known").isFalse();
    assertThat(covers(OWNED.replace("uid: a", "uid: b"), true, REPLICA_SET)).isTrue();
    assertThat(covers(OWNED.replace("namespace: shop", "namespace: other"), true, REPLICA_SET))
        .isTrue();
    assertThat(covers(OWNED.replace("kind: ReplicaSet", "kind: CloneSet"), false)).isTrue();
    assertThat(covers(OWNED.replace("controller: true", "controller: false"), true)).isTrue();
  }

  @Test
  void whatAFinalizerOrAnAnnotationKeepsAliveIsJudged() {
    String deleted = "name: app\n  deletionTimestamp: '2026-01-01T00:00:00Z'";
    assertThat(covers(OWNED.replace("name: app\n", deleted + "\n"), true))
        .as("its owner went first")
        .isFalse();
    assertThat(
            covers(
                "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a,"
                    + " namespace: shop, deletionTimestamp: '2026-01-01T00:00:00Z'}}",
                true))
        .isTrue();
    assertThat(
            covers(
                "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop, annotations:"
                    + " {kubernetes.io/config.mirror: x}}}",
                true))
        .isTrue();
  }

  private boolean covers(String yaml, boolean whole, Resource... around) {
    return scope.covers(
        Manifests.object(yaml), new ObjectMesh(List.of(around), kind -> whole, MeshFacts.UNKNOWN));
  }
}
