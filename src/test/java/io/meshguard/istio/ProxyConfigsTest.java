package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.istio.ProxyConfigs.Setting;
import io.meshguard.istio.ProxyConfigs.Source;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Workload;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From weak to strong: mesh, root object, namespace object, annotation, object with a selector. */
final class ProxyConfigsTest {

  private static final String MESH =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data:
        mesh: |
          defaultConfig:
            holdApplicationUntilProxyStarts: true
            proxyMetadata: {KEY: mesh}
      """;

  @Test
  void theStrongestSettingCounts() {
    String objects = MESH;
    assertThat(setting(objects, "")).contains(new Setting("mesh", Source.MESH));
    objects += object("istio-system", "root", "");
    assertThat(setting(objects, "")).contains(new Setting("root", Source.OBJECT));
    objects += object("shop", "namespace", "");
    assertThat(setting(objects, "")).contains(new Setting("namespace", Source.OBJECT));
    String annotated = "proxy_metadata: {KEY: own}";
    assertThat(setting(objects, annotated)).contains(new Setting("own", Source.ANNOTATION));
    objects += object("shop", "other", "selector: {matchLabels: {app: other}},");
    assertThat(setting(objects, annotated)).contains(new Setting("own", Source.ANNOTATION));
    objects += object("shop", "selected", "selector: {matchLabels: {app: cart}},");
    assertThat(setting(objects, annotated)).contains(new Setting("selected", Source.OBJECT));
  }

  @Test
  void nothingKnownIsNothingSet() {
    assertThat(setting(object("elsewhere", "x", ""), "")).isEmpty();
  }

  @Test
  void theMeshHoldsByConfigurationOrByValues() {
    assertThat(new ProxyConfigs(Manifests.open(MESH)).meshHolds(Optional.empty())).isTrue();
    assertThat(new ProxyConfigs(Manifests.open(MESH)).valuesHold()).isFalse();
    String values =
        """
        apiVersion: install.istio.io/v1alpha1
        kind: IstioOperator
        metadata: {name: a, namespace: istio-system}
        spec: {values: {global: {proxy: {holdApplicationUntilProxyStarts: true}}}}
        """;
    assertThat(new ProxyConfigs(Manifests.open(values)).meshHolds(Optional.empty())).isTrue();
    assertThat(new ProxyConfigs(Manifests.open(values)).valuesHold()).isTrue();
    String other = MESH.replace("name: istio,", "name: istio-canary,").replace("true", "false");
    ProxyConfigs both = new ProxyConfigs(Manifests.open(MESH + "---\n" + other));
    assertThat(both.meshHolds(Optional.of("canary"))).isFalse();
    assertThat(both.meshHolds(Optional.of("default"))).isTrue();
  }

  private static Optional<Setting> setting(String objects, String annotation) {
    Workload workload =
        Workload.of(
                Manifests.object(
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata:
                      name: cart
                      namespace: shop
                      labels: {app: cart}
                      annotations: {proxy.istio.io/config: "%s"}
                    """
                        .formatted(annotation)))
            .orElseThrow();
    return new ProxyConfigs(Manifests.open(objects)).environment(workload, Optional.empty(), "KEY");
  }

  private static String object(String namespace, String value, String selector) {
    return """
        ---
        apiVersion: networking.istio.io/v1beta1
        kind: ProxyConfig
        metadata: {name: %2$s, namespace: %1$s}
        spec: {%3$s environmentVariables: {KEY: %2$s}}
        """
        .formatted(namespace, value, selector);
  }
}
