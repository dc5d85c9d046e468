package io.meshguard.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ObjectMeshTest {

  private static final ObjectRef IN_SHOP =
      new ObjectRef("networking.istio.io/v1", Kind.GATEWAY, "shop", "opaque");

  @Test
  void anObjectThatCannotBeReadIsNeitherThereNorMissing() {
    Mesh mesh = mesh(IN_SHOP);

    assertThat(mesh.find(Kind.GATEWAY, "shop", "opaque")).isInstanceOf(Lookup.Unknown.class);
    assertThat(mesh.find(Kind.GATEWAY, "shop", "none").isAbsent()).isTrue();
    assertThat(mesh.find(Kind.GATEWAY, "pay", "opaque").isAbsent()).isTrue();
  }

  @Test
  void itMakesItsNamespaceUncertainAndNothingElse() {
    Mesh mesh = mesh(IN_SHOP);

    assertThat(mesh.list(Kind.GATEWAY, "shop").complete()).isFalse();
    assertThat(mesh.list(Kind.GATEWAY, "pay").complete()).isTrue();
    assertThat(mesh.list(Kind.GATEWAY).complete()).isTrue();
    assertThat(mesh.list(Kind.SERVICE, "shop").complete()).isTrue();
  }

  @Test
  void inNoNamespaceItMakesItsKindUncertain() {
    Mesh mesh =
        mesh(
            new ObjectRef(
                "admissionregistration.k8s.io/v1",
                Kind.MUTATING_WEBHOOK_CONFIGURATION,
                "",
                "opaque"));

    assertThat(mesh.list(Kind.MUTATING_WEBHOOK_CONFIGURATION).complete()).isFalse();
    assertThat(mesh.find(Kind.MUTATING_WEBHOOK_CONFIGURATION, "", "none").isAbsent()).isFalse();
    assertThat(mesh.list(Kind.GATEWAY).complete()).isTrue();
  }

  private static Mesh mesh(ObjectRef opaque) {
    return new ObjectMesh(List.of(), kind -> true, List.of(opaque), MeshFacts.UNKNOWN);
  }
}
