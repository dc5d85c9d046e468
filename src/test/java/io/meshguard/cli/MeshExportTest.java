package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresControlPlane
class MeshExportTest {

  private static final String CANARY = "canary";

  private static final String MESH =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: shop, namespace: export-shop, annotations: {note: canary-note}}
      spec: {ports: [{name: http, port: 80}], selector: {app: shop}}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: items, namespace: export-shop}
      spec:
        http:
        - match: [{headers: {authorization: {exact: canary-match}}}]
          headers: {request: {set: {x-key: canary-header}}}
          route: [{destination: {host: shop}}]
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /never}}]
          route: [{destination: {host: other}}]
      ---
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua, namespace: export-shop}
      spec:
        configPatches:
        - applyTo: HTTP_FILTER
          match: {context: SIDECAR_OUTBOUND}
          patch:
            operation: INSERT_BEFORE
            value:
              name: envoy.filters.http.lua
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                inlineCode: "-- canary-lua"
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: shop, namespace: export-shop}
      spec:
        selector: {matchLabels: {app: shop}}
        template:
          metadata:
            labels: {app: shop}
            annotations:
              secret.example.com/x: canary-annotation
              proxy.istio.io/config: "proxyMetadata: {KEY: canary-metadata}"
          spec:
            containers:
            - name: app
              image: example.com/shop:1
              command: [canary-command]
              args: [canary-argument]
              env:
              - {name: PASSWORD, value: canary-value}
              - {name: ISTIO_META_HTTP10, value: canary-http}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: shop, namespace: export-shop}
      stringData: {key: canary-secret}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: shop, namespace: export-shop}
      data: {file: canary-file}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio-export, namespace: istio-system}
      data:
        mesh: |
          defaultConfig:
            holdApplicationUntilProxyStarts: true
            proxyMetadata: {KEY: canary-mesh, ISTIO_META_DNS_CAPTURE: "true"}
          extensionProviders:
          - name: zip
            lightstep: {accessToken: canary-token, port: 1}
      """;

  private static final String ROOT =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: root, namespace: export-shop}
      spec:
        hosts: [shop, missing.export-shop.svc.cluster.local]
        gateways: [mesh, nowhere]
        http:
        - match: [{uri: {prefix: /items}}]
          delegate: {name: items}
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: other}}]
      """;

  @Test
  void filesAreJudgedInAnExportAsInTheCluster(ControlPlane cluster, @TempDir Path dir)
      throws Exception {
    cluster.createNamespace("export-shop", Map.of());
    cluster.kubectl().run("create", "namespace", "istio-system");
    apply(cluster, MESH);
    apply(cluster, ROOT);
    Path export = dir.resolve("mesh.yaml");
    String policy =
        Files.writeString(dir.resolve("policy.yaml"), "istioVersion: \"1.24.3\"\n").toString();
    String kubeconfig = cluster.kubeconfig().toString();

    Ran exported =
        Ran.of(
            "mesh",
            "export",
            "--kubeconfig",
            kubeconfig,
            "--policy",
            policy,
            "-o",
            export.toString());

    assertThat(exported.exitCode()).as(exported.err()).isZero();
    String text = Files.readString(export);
    assertThat(text).contains("hidden-", "ISTIO_META_DNS_CAPTURE").doesNotContain(CANARY);
    assertThat(text.lines().findFirst().orElse(""))
        .contains("--closed-world --istio-version 1.24.3");
    assertThat(exported.err()).contains("use: meshguard check --mesh " + export);

    String file = Files.writeString(dir.resolve("root.yaml"), ROOT).toString();
    List<String> line =
        new ArrayList<>(List.of("check", "--policy", policy, "--mesh", export.toString()));
    line.addAll(List.of("--closed-world", "-o", "json", file));
    Ran checked = Ran.of(line.toArray(String[]::new));
    Ran audited =
        Ran.of(
            "audit",
            "--kubeconfig",
            kubeconfig,
            "--policy",
            policy,
            "-n",
            "export-shop",
            "-o",
            "json");
    List<String> findings = findings(audited.out());
    assertThat(findings).as(audited.err()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(findings(checked.out())).as(checked.err()).isEqualTo(findings);
  }

  private static List<String> findings(String json) throws Exception {
    List<String> findings = new ArrayList<>();
    for (JsonNode finding : new ObjectMapper().readTree(json).at("/findings")) {
      if (finding.at("/object/name").asText().equals("root")) {
        findings.add(
            String.join(
                " ",
                finding.at("/rule").asText(),
                finding.at("/mode").asText(),
                finding.at("/path").asText(),
                finding.at("/message").asText(),
                finding.at("/fingerprint").asText()));
      }
    }
    return findings;
  }

  private static void apply(ControlPlane cluster, String yaml) throws Exception {
    Kubectl.Result applied = cluster.kubectl().runWithInput(yaml, "apply", "-f", "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }
}
