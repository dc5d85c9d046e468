package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Traces in a cluster, with what it really stores: cluster IPs and times of creation. */
@RequiresControlPlane
final class TraceLiveTest {

  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: traced}
      spec: {selector: {app: catalog}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: catalog, namespace: traced}
      spec: {host: catalog, subsets: [{name: v1, labels: {version: v1}}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: catalog, namespace: traced}
      spec:
        selector: {matchLabels: {app: catalog}}
        template:
          metadata: {labels: {app: catalog, version: v1}}
          spec: {containers: [{name: catalog, image: "catalog:1"}]}
      """;

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: %s, namespace: traced}
      spec:
        hosts: [catalog]
        http:
        - name: %s
          route: [{destination: {host: catalog, subset: %s}}]
      """;

  @Test
  void theOlderOfTwoCountsAndFilesStandInPlaceOfWhatIsStored(
      ControlPlane cluster, @TempDir Path dir) throws Exception {
    cluster.createNamespace("traced", Map.of());
    apply(cluster, OBJECTS);
    apply(cluster, ROUTES.formatted("a", "older", "v1"));
    Thread.sleep(1_100);
    apply(cluster, ROUTES.formatted("b", "younger", "v2"));

    Ran stored = trace(cluster, "http://catalog/", "--from", "traced");

    assertThat(stored.out())
        .as(stored.err())
        .contains(
            "VirtualService traced/a spec.http[0] takes the request",
            "VirtualService traced/b is for the same host, but another one comes first",
            "=> forwarded to catalog.traced.svc.cluster.local:80, subset v1 (traced/catalog)");
    Path export = dir.resolve("mesh.yaml");
    Ran exported =
        Ran.of(
            "mesh",
            "export",
            "-o",
            export.toString(),
            "--kubeconfig",
            cluster.kubeconfig().toString());
    assertThat(exported.exitCode()).as(exported.err()).isZero();
    Ran offline =
        Ran.of(
            "trace",
            "http://catalog/",
            "--from",
            "traced",
            "--mesh",
            export.toString(),
            "--closed-world");
    assertThat(outcome(offline)).isEqualTo(outcome(stored)).hasSize(1);
    assertThat(offline.exitCode()).isEqualTo(stored.exitCode()).isZero();
    Path file = Files.writeString(dir.resolve("a.yaml"), ROUTES.formatted("a", "mine", "v2"));
    Ran changed = trace(cluster, "http://catalog/", "--from", "traced", file.toString());
    assertThat(changed.out()).contains("status 503, response flag NC").contains(file + ":1:1");
    assertThat(
            trace(cluster, "http://catalog/", "--from", "traced", "--context", "none").exitCode())
        .isEqualTo(2);
  }

  @Test
  void aClusterThatDoesNotAnswerIsNoAnswer(@TempDir Path dir) throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            users: [{name: u, user: {}}]
            current-context: c
            """);
    Ran ran = Ran.of("trace", "http://a/", "--from", "a", "--kubeconfig", config.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).isNotBlank();
  }

  private static List<String> outcome(Ran ran) {
    return ran.out().lines().filter(line -> line.startsWith("=> ")).toList();
  }

  private static Ran trace(ControlPlane cluster, String... words) {
    List<String> all = new ArrayList<>(List.of("trace"));
    all.addAll(List.of(words));
    all.add("--kubeconfig");
    all.add(cluster.kubeconfig().toString());
    return Ran.of(all.toArray(String[]::new));
  }

  private static void apply(ControlPlane cluster, String objects) throws Exception {
    Kubectl.Result result = cluster.kubectl().runWithInput(objects, "apply", "-f", "-");
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }
}
