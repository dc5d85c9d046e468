package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.PodTemplate;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NativeSidecarsTest {

  /** Istio versions, kubelet versions, annotation, istiod's environment; where it is classic. */
  @ParameterizedTest
  @CsvSource({
    "1.18, 1.35, true, true, EVERYWHERE",
    "1.19, 1.35, true, , EVERYWHERE",
    "1.22, , , true, NOWHERE",
    "1.24, , true, , NOWHERE",
    "1.24, , True, , EVERYWHERE",
    "1.26, 1.35, , , EVERYWHERE",
    "1.26, , , true, NOWHERE",
    "1.27, 1.33, , , NOWHERE",
    "1.27, 1.32 1.33, , , EVERYWHERE",
    "1.27, , , , UNKNOWN",
    "1.27, , , false, EVERYWHERE",
    "1.27, 1.32, , auto, EVERYWHERE",
    "1.27, 1.32, maybe, , NOWHERE",
    "1.30, 1.35, false, , EVERYWHERE",
    "1.26 1.27, 1.33, , , SOMEWHERE",
    ", 1.33, , , UNKNOWN"
  })
  void isDecidedByVersionAnnotationAndEnvironment(
      String istio, String kubelet, String annotation, String environment, Applicability classic) {
    String istiod =
        environment == null
            ? "{apiVersion: v1, kind: Namespace, metadata: {name: a}}"
            : """
              apiVersion: apps/v1
              kind: Deployment
              metadata: {name: istiod-canary, namespace: istio-system}
              spec:
                template:
                  spec:
                    containers: [{env: [{name: ENABLE_NATIVE_SIDECARS, value: "%s"}]}]
              """
                .formatted(environment);
    MeshFacts facts = SampleFacts.of(versions(istio), versions(kubelet));
    Mesh mesh = new ObjectMesh(Manifests.objects(istiod), kind -> false, facts);
    String annotations =
        annotation == null ? "" : "sidecar.istio.io/nativeSidecar: '" + annotation + "'";
    PodTemplate template =
        PodTemplate.of(
                Manifests.object(
                    "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: {"
                        + annotations
                        + "}}}"))
            .orElseThrow();
    assertThat(new NativeSidecars(mesh).classic(template, facts.istio())).isEqualTo(classic);
  }

  private static Versions versions(String text) {
    return Optional.ofNullable(text)
        .map(words -> Arrays.stream(words.split(" ")).map(Version::of).collect(Collectors.toSet()))
        .map((Set<Version> known) -> new Versions(known, true))
        .orElse(Versions.UNKNOWN);
  }
}
