package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.istio.Discovery;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.YamlReader;
import org.junit.jupiter.api.Test;

/** What istiod passes over follows each change of the cluster, and is not worked out in between. */
class LiveDiscoveryTest {

  private static final String SELECTORS = "discoverySelectors: [{matchLabels: {mesh: stable}}]";

  private final LiveMesh mesh = new LiveMesh(LiveDiscoveryTest::facts);
  private final Resource route =
      object(
          """
          apiVersion: networking.istio.io/v1
          kind: VirtualService
          metadata: {name: routes, namespace: shop}
          """);

  @Test
  void aLabelOfTheNamespaceTakesEffectAtOnce() {
    configure(SELECTORS);
    assertThat(passedOver()).as("namespace not known").isFalse();
    label("{}");
    assertThat(passedOver()).isTrue();
    label("{mesh: stable}");
    assertThat(passedOver()).isFalse();
    label("{mesh: canary}");
    assertThat(passedOver()).isTrue();
    mesh.store(Kind.NAMESPACE).remove("", "shop");
    assertThat(passedOver()).isFalse();
  }

  @Test
  void aChangeOfTheMeshConfigurationTakesEffectAtOnce() {
    label("{mesh: canary}");
    assertThat(passedOver()).isFalse();
    configure(SELECTORS);
    assertThat(passedOver()).isTrue();
    configure(SELECTORS.replace("stable", "canary"));
    assertThat(passedOver()).isFalse();
    configure(SELECTORS);
    assertThat(passedOver()).isTrue();
    mesh.store(Kind.CONFIG_MAP).remove("istio-system", "istio");
    assertThat(passedOver()).isFalse();
  }

  @Test
  void itIsWorkedOutOnceUntilSomethingChanges() {
    configure(SELECTORS);
    label("{}");
    Discovery first = Discovery.of(mesh);
    mesh.store(Kind.VIRTUAL_SERVICE).put(route);
    assertThat(Discovery.of(mesh)).isSameAs(first);
    label("{a: b}");
    assertThat(Discovery.of(mesh)).isNotSameAs(first);
  }

  @Test
  void whileNamespacesAreNotHeardOfWhatTheyHideIsStale() {
    configure(SELECTORS);
    label("{}");
    mesh.setStale(Kind.NAMESPACE, true);
    assertThat(Discovery.of(mesh).seenIn(mesh).stale(Kind.VIRTUAL_SERVICE)).isTrue();
    assertThat(Discovery.of(mesh).seenIn(mesh).stale(Kind.DEPLOYMENT)).isFalse();
    mesh.setStale(Kind.NAMESPACE, false);
    assertThat(Discovery.of(mesh).seenIn(mesh).stale(Kind.VIRTUAL_SERVICE)).isFalse();
  }

  private boolean passedOver() {
    return Discovery.of(mesh).passesOver(route, mesh);
  }

  private void label(String labels) {
    mesh.store(Kind.NAMESPACE)
        .put(
            object(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop, labels: %s}
                """
                    .formatted(labels)));
  }

  private void configure(String config) {
    mesh.store(Kind.CONFIG_MAP)
        .put(
            object(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio, namespace: istio-system}
                data: {mesh: "%s"}
                """
                    .formatted(config)));
  }

  private static Resource object(String yaml) {
    return Resource.of(YamlReader.readOne(yaml).tree(), "", Origin.NONE);
  }

  private static MeshFacts facts() {
    return SampleFacts.istio("1.29");
  }
}
