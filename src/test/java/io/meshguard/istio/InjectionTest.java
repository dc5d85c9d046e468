package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.istio.Injection.InjectionResult;
import io.meshguard.istio.Injection.Reason;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decision table of the charts' selectors since 1.10, asked in three kinds of mesh. */
final class InjectionTest {

  private static final String REVISION_ONLY = webhooks("webhooks-of-a-revision.yaml");
  private static final String DEFAULT = webhooks("webhooks-of-the-default.yaml");

  /** Namespace labels | Pod labels | mesh with revision 1-8-1 | with a default | nothing known. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      istio-injection: enabled                        |                                             | NO_DEFAULT       | yes              | presumed
      istio-injection: enabled                        | sidecar.istio.io/inject: 'true'             | NO_DEFAULT       | yes              | presumed
      istio-injection: enabled                        | sidecar.istio.io/inject: 'false'            | POD_REFUSES      | POD_REFUSES      | POD_REFUSES
      istio-injection: enabled                        | sidecar.istio.io/inject: 'no'               | NO_DEFAULT       | yes              | presumed
      istio-injection: enabled, istio.io/rev: 1-8-1   |                                             | NO_DEFAULT       | yes              | presumed
      istio-injection: enabled                        | istio.io/rev: 1-8-1                         | NO_DEFAULT       | yes              | presumed
      istio-injection: disabled                       | sidecar.istio.io/inject: 'true'             | NAMESPACE_LABEL  | NAMESPACE_LABEL  | NAMESPACE_LABEL
      istio-injection: Enabled                        | istio.io/rev: 1-8-1                         | NAMESPACE_LABEL  | NAMESPACE_LABEL  | NAMESPACE_LABEL
      istio-injection: disabled, istio.io/rev: 1-8-1  |                                             | NAMESPACE_LABEL  | NAMESPACE_LABEL  | NAMESPACE_LABEL
      istio.io/rev: 1-8-1                             |                                             | yes              | NO_SUCH_REVISION | presumed
      istio.io/rev: 1-8-1                             | istio.io/rev: other                         | yes              | NO_SUCH_REVISION | presumed
      istio.io/rev: default                           |                                             | NO_SUCH_REVISION | yes              | presumed
      istio.io/rev: other                             | sidecar.istio.io/inject: 'true'             | NO_SUCH_REVISION | NO_SUCH_REVISION | presumed
                                                      | istio.io/rev: 1-8-1                         | yes              | NO_SUCH_REVISION | presumed
                                                      | istio.io/rev: x, sidecar.istio.io/inject: 'true' | NO_SUCH_REVISION | NO_SUCH_REVISION | presumed
                                                      | sidecar.istio.io/inject: 'true'             | NO_DEFAULT       | yes              | presumed
                                                      |                                             | NOT_ASKED        | NOT_ASKED        | NOT_ASKED
      """)
  void followsTheTable(
      String namespace, String pod, String revisionOnly, String withDefault, String unknown) {
    assertThat(decide(namespace, pod, REVISION_ONLY, true)).isEqualTo(revisionOnly);
    assertThat(decide(namespace, pod, DEFAULT, true)).isEqualTo(withDefault);
    assertThat(decide(namespace, pod, "", false)).isEqualTo(unknown);
  }

  @Test
  void hostNetworkAndSystemNamespacesAreLeftAlone() {
    Mesh mesh = Manifests.open(namespace("shop", "istio-injection: enabled"));
    assertThat(new Injection(mesh).decide(workload("shop", "hostNetwork: true")).reason())
        .isEqualTo(Reason.HOST_NETWORK);
    assertThat(new Injection(mesh).decide(workload("kube-system", "containers: []")).reason())
        .isEqualTo(Reason.SYSTEM_NAMESPACE);
  }

  @Test
  void whatIsNotKnownIsNotConcluded() {
    Injection injection = new Injection(Manifests.closed(DEFAULT));
    assertThat(injection.decide(workload("elsewhere", "containers: []")).outcome())
        .isEqualTo(InjectionResult.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "1.26, 'no', , POD_REFUSES",
    "1.27, 'no', , presumed",
    "1.26, 'YES', , presumed",
    "1.12, 'true', 'false', POD_REFUSES",
    "1.13, 'true', 'false', presumed",
    "1.30, , 'false', POD_REFUSES",
    "1.30, , 'off', presumed",
    "1.20, , 'off', POD_REFUSES"
  })
  void istiodReadsValuesByVersion(
      String version, String label, String annotation, String expected) {
    MeshFacts facts = facts(Versions.of(Version.of(version)));
    Mesh mesh =
        new ObjectMesh(
            Manifests.objects(namespace("shop", "istio-injection: enabled")), k -> false, facts);
    String metadata =
        (label == null ? "" : "labels: {sidecar.istio.io/inject: '" + label + "'}, ")
            + (annotation == null
                ? ""
                : "annotations: {sidecar.istio.io/inject: '" + annotation + "'}");
    Resource object =
        Manifests.object(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop, " + metadata + "}}");
    assertThat(shown(new Injection(mesh).decide(Workload.of(object).orElseThrow())))
        .isEqualTo(expected);
  }

  @Test
  void versionIsThatOfTheInjectingRevision() {
    MeshFacts unknown = MeshFacts.UNKNOWN;
    MeshFacts facts =
        new MeshFacts(
            Versions.of(Version.of("1.30")),
            Map.of("1-8-1", Version.of("1.8.1")),
            unknown.kubernetes(),
            unknown.kubelet(),
            unknown.platform(),
            false,
            unknown.rootNamespaces(),
            unknown.clusterDomain());
    List<Resource> objects = new ArrayList<>(Manifests.objects(REVISION_ONLY));
    objects.addAll(Manifests.objects(namespace("shop", "istio.io/rev: 1-8-1")));
    Injection injection = new Injection(new ObjectMesh(objects, kind -> true, facts));
    assertThat(injection.versions(injection.decide(workload("shop", "containers: []"))))
        .isEqualTo(Versions.of(Version.of("1.8.1")));
    assertThat(injection.versions(injection.decide(workload("other", "containers: []"))))
        .isEqualTo(facts.istio());
  }

  @Test
  void ambientIsReadFromPodAndNamespace() {
    Mesh mesh = Manifests.open(namespace("shop", "istio.io/dataplane-mode: ambient"));
    Injection injection = new Injection(mesh);
    assertThat(injection.ambient(workload("shop", "containers: []"))).isTrue();
    assertThat(injection.ambient(workload("other", "containers: []"))).isFalse();
    Resource none =
        Manifests.object(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop,"
                + " labels: {istio.io/dataplane-mode: none}}}");
    assertThat(injection.ambient(Workload.of(none).orElseThrow())).isFalse();
  }

  private static String decide(String namespace, String pod, String webhooks, boolean complete) {
    List<Resource> objects = new ArrayList<>(Manifests.objects(namespace("shop", namespace)));
    if (!webhooks.isEmpty()) {
      objects.addAll(Manifests.objects(webhooks));
    }
    Mesh mesh = new ObjectMesh(objects, kind -> complete, MeshFacts.UNKNOWN);
    String labels = pod == null ? "" : pod;
    Resource object =
        Manifests.object(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop, labels: {"
                + labels
                + "}}}");
    return shown(new Injection(mesh).decide(Workload.of(object).orElseThrow()));
  }

  private static String shown(Injection.Decision decision) {
    return switch (decision.outcome()) {
      case INJECTED -> "yes";
      case PRESUMED -> "presumed";
      case UNKNOWN -> "unknown";
      case NOT_INJECTED -> decision.reason().name();
    };
  }

  private static Workload workload(String namespace, String spec) {
    return Workload.of(
            Manifests.object(
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: "
                    + namespace
                    + "}, spec: {template: {spec: {"
                    + spec
                    + "}}}}"))
        .orElseThrow();
  }

  private static String namespace(String name, String labels) {
    return "{apiVersion: v1, kind: Namespace, metadata: {name: "
        + name
        + ", labels: {"
        + Optional.ofNullable(labels).orElse("")
        + "}}}";
  }

  private static MeshFacts facts(Versions istio) {
    return SampleFacts.of(istio);
  }

  private static String webhooks(String name) {
    try {
      return Files.readString(Path.of("src", "test", "resources", "mesh", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
