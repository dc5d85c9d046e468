package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
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

/** Findings by whoever has to mend them. */
@RequiresControlPlane
class AuditOwnersTest {

  private static final String UNREACHABLE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: %1$s, namespace: owners, %2$s}
      spec:
        hosts: [%1$s]
        http:
        - route: [{destination: {host: %1$s}}]
        - match: [{uri: {prefix: /a}}]
          route: [{destination: {host: other}}]
      ---
      """;

  @Test
  void findingsAreGroupedByOwnerAndCounted(ControlPlane cluster, @TempDir Path dir)
      throws Exception {
    Path policy = dir.resolve("policy.yaml");
    Files.writeString(policy, "rules: {\"*\": \"off\", unreachable-route: deny}\n");
    cluster.createNamespace("owners", Map.of());
    String argo = "annotations: {argocd.argoproj.io/tracking-id: 'shop:x/VirtualService:owners/x'}";
    apply(
        cluster,
        "apply",
        UNREACHABLE.formatted("cart", argo)
            + UNREACHABLE.formatted("pay", argo)
            + UNREACHABLE.formatted(
                "flux",
                "labels: {kustomize.toolkit.fluxcd.io/name: apps,"
                    + " kustomize.toolkit.fluxcd.io/namespace: flux-system}")
            + UNREACHABLE.formatted(
                "chart",
                "labels: {app.kubernetes.io/instance: shop}, annotations:"
                    + " {meta.helm.sh/release-name: mesh, meta.helm.sh/release-namespace: prod}")
            + UNREACHABLE.formatted("team", "labels: {team: search}")
            + UNREACHABLE.formatted("alone", "labels: {app.kubernetes.io/instance: shop}"));
    apply(
        cluster,
        "apply --server-side --field-manager=argocd-controller",
        UNREACHABLE.formatted("label", "labels: {app.kubernetes.io/instance: search}"));

    String[] line = {
      "audit",
      "--kubeconfig",
      cluster.kubeconfig().toString(),
      "-n",
      "owners",
      "--policy",
      policy.toString(),
      "--owner-label",
      "team"
    };
    Ran text = Ran.of(line);
    Ran chinese = Ran.of(with(line, "--language", "zh"));
    JsonNode json = new ObjectMapper().readTree(Ran.of(with(line, "-o", "json")).out());

    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.out().lines().filter(l -> l.contains(" in 1 object") || l.contains(" in 2 ")))
        .containsExactly(
            "Argo CD application argocd/shop: 2 findings in 2 objects: 2 deny",
            "Argo CD application argocd/search: 1 finding in 1 object: 1 deny",
            "Flux Kustomization flux-system/apps: 1 finding in 1 object: 1 deny",
            "Helm release prod/mesh: 1 finding in 1 object: 1 deny",
            "team search: 1 finding in 1 object: 1 deny",
            "no owner: 1 finding in 1 object: 1 deny");
    assertThat(chinese.out()).contains("Argo CD 应用 argocd/shop：2 个对象中有 2 个问题：2 个 deny");
    assertThat(schemaMistakes(json)).isEmpty();
    assertThat(json.at("/owners")).hasSize(6);
    assertThat(json.at("/owners/0").toString())
        .isEqualTo(
            "{\"type\":\"argoCdApplication\",\"namespace\":\"argocd\",\"name\":\"shop\","
                + "\"objects\":2,\"findings\":2,\"deny\":2,\"warn\":0,\"fix\":0,\"exempt\":0}");
    assertThat(json.at("/findings").findValuesAsText("type")).hasSize(7).contains("none", "team");
    Ran one = Ran.of(with(line, "--owner", "Application/argocd/shop"));
    assertThat(one.out())
        .contains("VirtualService owners/cart", "owners/pay", "2 findings: 2 deny")
        .doesNotContain("owners/label");
    Ran wrong = Ran.of(with(line, "--owner", "shop"));
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("\"shop\" names no owner: expected Application/NAMESPACE/NAME");
    assertThat(Ran.of("audit", "--kubeconfig", cluster.kubeconfig().toString(), "-n", "owners"))
        .satisfies(plain -> assertThat(plain.out()).doesNotContain("Argo CD application"));
  }

  private static String[] with(String[] line, String... more) {
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static List<String> schemaMistakes(JsonNode report) throws Exception {
    String schema = Files.readString(Path.of("docs", "schema", "report.schema.json"));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schema)
        .validate(report)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static void apply(ControlPlane cluster, String how, String yaml) throws Exception {
    List<String> line = new ArrayList<>(List.of(how.split(" ")));
    line.addAll(List.of("-f", "-"));
    Kubectl.Result applied = cluster.kubectl().runWithInput(yaml, line.toArray(String[]::new));
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }
}
