package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.HostileObjects;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresControlPlane
class AuditCommandTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String UNREACHABLE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: %2$s, namespace: %1$s, annotations: {%3$s}}
      spec:
        hosts: [%2$s]
        http:
        - route: [{destination: {host: %2$s}}]
        - match: [{uri: {prefix: /a}}]
          route: [{destination: {host: other}}]
      ---
      """;

  @Test
  void everyStoredObjectIsJudged(ControlPlane cluster, @TempDir Path dir) throws Exception {
    cluster.createNamespace("audit-all", Map.of());
    apply(
        cluster,
        UNREACHABLE.formatted("audit-all", "shop", "meshguard.io/fixed: implicit-retries"));
    apply(cluster, UNREACHABLE.formatted("audit-all", "pay", ""));
    Path policy =
        Files.writeString(
            dir.resolve("policy.yaml"),
            """
            exemptions:
            - rules: [unreachable-route]
              objects: ["VirtualService/audit-all/pay"]
              reason: known
              owner: team-pay
            - rules: [unreachable-route]
              objects: ["VirtualService/audit-all/gone"]
              reason: left over
            - rules: [unreachable-route]
              objects: ["VirtualService/audit-all/shop"]
              reason: is over
              expires: 2026-02-28
            """);

    Ran json = audit(cluster, "--policy", policy.toString(), "-o", "json");
    Ran text = audit(cluster, "--policy", policy.toString());

    assertThat(json.exitCode()).as(json.err()).isEqualTo(1);
    JsonNode report = MAPPER.readTree(json.out());
    assertThat(schemaMistakes(report)).isEmpty();
    assertThat(found(report, "audit-all"))
        .contains("unreachable-route deny shop", "unreachable-route off pay");
    assertThat(report.at("/stamped").toString())
        .contains("\"rules\":\"implicit-retries\"", "\"name\":\"shop\"");
    assertThat(report.findValuesAsText("state")).containsExactly("used", "unmatched", "expired");
    assertThat(report.at("/exemptions/0/findings").asInt()).isEqualTo(1);
    assertThat(text.out())
        .contains("patched by the webhook")
        .contains("VirtualService audit-all/shop: implicit-retries")
        .contains("[unreachable-route] exempts 1 finding: known")
        .contains("matches no stored object")
        .contains("expired on 2026-02-28");
    assertThat(text.err()).contains("ended on 2026-02-28");
  }

  @Test
  void anObjectThatCannotBeReadIsNamedAndHidesNoOther(ControlPlane cluster) throws Exception {
    cluster.createNamespace("audit-hostile", Map.of());
    apply(cluster, HostileObjects.longName("long", "audit-hostile", 60_000));
    apply(cluster, UNREACHABLE.formatted("audit-hostile", "shop", ""));
    for (String deep : List.of("deep-a", "deep-b")) {
      Kubectl.Result created =
          cluster
              .kubectl()
              .runWithInput(
                  HostileObjects.deep(deep, "audit-hostile", 900),
                  "create",
                  "--validate=false",
                  "-f",
                  "-");
      assertThat(created.exitCode()).as(created.stderr()).isZero();
    }
    Ran json = audit(cluster, "-o", "json");
    Ran export = Ran.of("mesh", "export", "--kubeconfig", cluster.kubeconfig().toString());
    cluster.kubectl().run("delete", "envoyfilter,virtualservice", "-n", "audit-hostile", "--all");
    Ran healed = audit(cluster, "-o", "json");

    assertThat(json.exitCode()).isEqualTo(2);
    assertThat(found(MAPPER.readTree(json.out()), "audit-hostile"))
        .contains("unreachable-route deny shop");
    assertThat(MAPPER.readTree(json.out()).path("errors").toString())
        .contains(
            "envoyfilters.networking.istio.io audit-hostile/deep-a",
            "audit-hostile/deep-b",
            "not judged: more than 500 levels deep");
    assertThat(export.err())
        .contains("envoyfilters audit-hostile/deep-a: more than 500 levels deep; left out");
    assertThat(export.out()).contains("name: long").doesNotContain("--closed-world");
    assertThat(healed.exitCode()).as(healed.err()).isNotEqualTo(2);
  }

  @Test
  void whatTheWebhookIsNotAskedAboutIsLeftOutUnlessItIsNamed(ControlPlane cluster)
      throws Exception {
    apply(cluster, UNREACHABLE.formatted("kube-system", "audit-kube", ""));

    Ran all = audit(cluster, "-o", "json");
    Ran named = audit(cluster, "-o", "json", "-n", "kube-system");

    assertThat(all.out()).doesNotContain("audit-kube");
    assertThat(found(MAPPER.readTree(named.out()), "kube-system"))
        .contains("unreachable-route deny audit-kube");
  }

  @Test
  void thePolicyOfTheClusterIsUsedAndNamed(ControlPlane cluster) throws Exception {
    cluster.createNamespace("audit-own", Map.of());
    cluster.createNamespace("audit-shop", Map.of());
    apply(cluster, UNREACHABLE.formatted("audit-shop", "shop", ""));
    String[] options = {
      "--meshguard-namespace", "audit-own", "-n", "audit-shop", "--fail-on", "deny"
    };
    Ran none = audit(cluster, options);
    apply(cluster, policy("meshguard-policy-accepted", "unreachable-route: \"off\""));
    Ran accepted = audit(cluster, options);
    apply(cluster, policy("meshguard-policy", "unreachable-route: warn"));
    Ran written = audit(cluster, options);
    apply(cluster, policy("meshguard-policy", "unreachable-route: wran"));
    Ran invalid = audit(cluster, options);

    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("no policy in namespace audit-own");
    assertThat(accepted.exitCode()).isZero();
    assertThat(accepted.err()).contains("audit-own/meshguard-policy-accepted");
    assertThat(accepted.out()).doesNotContain("unreachable-route");
    assertThat(written.exitCode()).isZero();
    assertThat(written.err()).contains("policy: ConfigMap audit-own/meshguard-policy");
    assertThat(written.out()).contains("warn [unreachable-route]");
    assertThat(invalid.err()).contains("wran").contains("the last good one");
    assertThat(invalid.out()).doesNotContain("unreachable-route");
  }

  @Test
  void whatMustNotBeReadIsNamedAndTheRestJudged(ControlPlane cluster) throws Exception {
    cluster.createNamespace("audit-dev", Map.of());
    apply(cluster, UNREACHABLE.formatted("audit-dev", "shop", ""));
    kubectl(
        cluster,
        "create",
        "rolebinding",
        "dev",
        "-n",
        "audit-dev",
        "--clusterrole=cluster-admin",
        "--user=dev");
    String kubeconfig = cluster.kubeconfigFor("dev").toString();

    Ran own = Ran.of("audit", "--kubeconfig", kubeconfig, "-n", "audit-dev");
    Ran all = Ran.of("audit", "--kubeconfig", kubeconfig);

    assertThat(own.exitCode()).as(own.err() + own.out()).isEqualTo(1);
    assertThat(own.out()).contains("deny [unreachable-route] VirtualService audit-dev/shop");
    assertThat(own.err())
        .contains(
            "no right to read ConfigMap meshguard/meshguard-policy",
            "no right to list them in all namespaces: ",
            "mutatingwebhookconfigurations.admissionregistration.k8s.io");
    assertThat(all.exitCode()).isEqualTo(2);
    assertThat(all.out())
        .contains("virtualservices.networking.istio.io: error: not judged: no right to list them");
  }

  @Test
  void manyObjectsComeInPages(ControlPlane cluster) throws Exception {
    cluster.createNamespace("audit-pages", Map.of());
    // kubectl would hold itself back to a few requests a second
    try (KubernetesClient client = Clients.of(cluster)) {
      for (int i = 0; i < 510; i++) {
        String yaml = UNREACHABLE.formatted("audit-pages", "shop-" + i, "").replace("---\n", "");
        client.resource(yaml).create();
      }
    }

    Ran ran = audit(cluster, "-n", "audit-pages", "-o", "json");

    JsonNode report = MAPPER.readTree(ran.out());
    assertThat(report.at("/summary/deny").asInt()).isEqualTo(510);
    kubectl(
        cluster,
        "delete",
        "--raw",
        "/apis/networking.istio.io/v1/namespaces/audit-pages/virtualservices");
  }

  @Test
  void aClusterThatDoesNotAnswerIsSaid(ControlPlane cluster, @TempDir Path dir) throws Exception {
    String text =
        Files.readString(cluster.kubeconfig())
            .replace(cluster.server().toString(), "https://127.0.0.1:1");
    String kubeconfig = Files.writeString(dir.resolve("config"), text).toString();

    Ran gone = Ran.of("audit", "--kubeconfig", kubeconfig);
    Ran wrong = audit(cluster, "--context", "nowhere");

    assertThat(gone.exitCode()).isEqualTo(2);
    assertThat(gone.err()).contains("the cluster cannot be read: ").doesNotContain("fault of");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("no context \"nowhere\"");
  }

  private static String policy(String name, String toggle) {
    return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s, namespace: audit-own}
        data:
          %s
        """
        .formatted(name, toggle);
  }

  private static List<String> found(JsonNode report, String namespace) {
    List<String> found = new ArrayList<>();
    for (JsonNode finding : report.at("/findings")) {
      if (finding.at("/object/namespace").asText().equals(namespace)) {
        found.add(
            finding.at("/rule").asText()
                + " "
                + finding.at("/mode").asText()
                + " "
                + finding.at("/object/name").asText());
      }
    }
    return found;
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

  private static Ran audit(ControlPlane cluster, String... options) {
    List<String> line =
        new ArrayList<>(List.of("audit", "--kubeconfig", cluster.kubeconfig().toString()));
    line.addAll(List.of(options));
    return Ran.of(line.toArray(String[]::new));
  }

  private static void apply(ControlPlane cluster, String yaml) throws Exception {
    Kubectl.Result applied = cluster.kubectl().runWithInput(yaml, "apply", "-f", "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }

  private static void kubectl(ControlPlane cluster, String... arguments) throws Exception {
    Kubectl.Result result = cluster.kubectl().run(arguments);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }
}
