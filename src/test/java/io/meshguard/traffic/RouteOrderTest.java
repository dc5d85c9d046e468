package io.meshguard.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Resource;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteOrderTest {

  private static final Resource PLAIN =
      virtualService("plain", "2026-02-01T00:00:00Z", "timeout: 1s");
  private static final Resource OLD_ROOT =
      virtualService("old-root", "2026-01-01T00:00:00Z", "delegate: {name: a}");
  private static final Resource YOUNG_ROOT =
      virtualService("young-root", "2026-03-01T00:00:00Z", "delegate: {name: a}");

  /** Which comes first of a plain one and roots that are older and younger. */
  @ParameterizedTest
  @CsvSource({
    "1.31.0, root, plain",
    "1.20.4, root, plain",
    "1.19.8, root, plain",
    "1.20.3, plain, plain",
    "1.19.7, plain, plain",
    "1.8.0, plain, plain",
    "1.31.0 1.18.0, '', plain",
    "'', '', plain",
  })
  void someVersionsPutWhatDelegatesLast(String versions, String ofOld, String ofYoung) {
    Mesh mesh = mesh(versions);

    assertThat(first(OLD_ROOT, mesh)).isEqualTo(ofOld);
    assertThat(first(YOUNG_ROOT, mesh)).isEqualTo(ofYoung);
    assertThat(RouteOrder.isBefore(OLD_ROOT, YOUNG_ROOT, mesh)).isEqualTo(Ternary.TRUE);
  }

  private static String first(Resource root, Mesh mesh) {
    assertThat(RouteOrder.isBefore(root, PLAIN, mesh))
        .isEqualTo(RouteOrder.isBefore(PLAIN, root, mesh).not());
    return switch (RouteOrder.isBefore(root, PLAIN, mesh)) {
      case TRUE -> "root";
      case FALSE -> "plain";
      case UNKNOWN -> "";
    };
  }

  private static Mesh mesh(String versions) {
    Set<Version> known =
        Arrays.stream(versions.split(" "))
            .filter(text -> !text.isEmpty())
            .map(Version::of)
            .collect(Collectors.toSet());
    MeshFacts none = MeshFacts.UNKNOWN;
    return ObjectMesh.empty(
        new MeshFacts(
            new Versions(known, !known.isEmpty()),
            Map.of(),
            none.kubernetes(),
            none.kubelet(),
            none.platform(),
            false,
            none.rootNamespaces(),
            none.clusterDomain()));
  }

  private static Resource virtualService(String name, String created, String route) {
    return Manifests.object(
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: %s, namespace: shop, creationTimestamp: "%s"}
        spec: {hosts: [web], http: [{%s}]}
        """
            .formatted(name, created, route));
  }
}
