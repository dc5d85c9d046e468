package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import org.junit.jupiter.api.Test;

final class IstiodSettingsTest {

  private static final String DEPLOYMENT =
      """
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: NAME, namespace: istio-system}
      spec:
        template:
          spec:
            containers:
            - name: sidecar
            - name: discovery
              env:
              - {name: PILOT_A, value: NAME}
              - {name: PILOT_B, value: other}
              - {name: PILOT_A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      """;

  @Test
  void environmentOfEveryRevisionIsRead() {
    String objects =
        DEPLOYMENT.replace("NAME", "istiod")
            + DEPLOYMENT.replace("NAME", "istiod-canary")
            + DEPLOYMENT.replace("NAME", "istio-ingressgateway")
            + DEPLOYMENT.replace("NAME", "istiod-old").replace("istio-system", "shop");
    assertThat(settings(objects).environment("PILOT_A")).containsExactly("istiod", "istiod-canary");
    assertThat(settings(objects).environment("PILOT_C")).isEmpty();
  }

  @Test
  void environmentIsReadFromOperators() {
    String objects =
        """
        apiVersion: install.istio.io/v1alpha1
        kind: IstioOperator
        metadata: {name: a, namespace: istio-system}
        spec:
          values: {pilot: {env: {PILOT_A: true, PILOT_B: [x]}}}
          components:
            pilot: {k8s: {env: [{name: PILOT_A, value: "1"}, {name: PILOT_B, value: "2"}]}}
        ---
        apiVersion: sailoperator.io/v1
        kind: Istio
        metadata: {name: default}
        spec: {values: {pilot: {env: {PILOT_A: "no"}}}}
        """;
    assertThat(settings(objects).environment("PILOT_A")).containsExactly("true", "1", "no");
    assertThat(settings(objects).environment("PILOT_B")).containsExactly("2");
  }

  @Test
  void proxyValuesStandInTheInjectorAndInOperators() {
    String objects =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio-sidecar-injector-canary, namespace: istio-system}
        data: {values: '{"global":{"proxy":{"lifecycle":"injector"}}}'}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio-sidecar-injector-broken, namespace: istio-system}
        data: {values: '{"global":'}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio-sidecar-injector-none, namespace: istio-system}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: other, namespace: istio-system}
        data: {values: '{"global":{"proxy":{"lifecycle":"other"}}}'}
        ---
        apiVersion: sailoperator.io/v1
        kind: Istio
        metadata: {name: default}
        spec: {values: {global: {proxy: {lifecycle: sail}}}}
        ---
        apiVersion: sailoperator.io/v1
        kind: Istio
        metadata: {name: another}
        spec: {values: {global: {proxy: text}}}
        """;
    assertThat(settings(objects).proxyValues())
        .extracting(values -> values.at("lifecycle").text(""))
        .containsExactlyInAnyOrder("injector", "sail");
  }

  private static IstiodSettings settings(String objects) {
    return new IstiodSettings(Manifests.open(objects));
  }
}
