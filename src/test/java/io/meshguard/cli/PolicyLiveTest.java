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

/** Commands about policies, on what a cluster has. */
@RequiresControlPlane
class PolicyLiveTest {

  private static final String ARGO =
      "annotations: {argocd.argoproj.io/tracking-id: 'shop:x/VirtualService:drift/x'}";

  private final ControlPlane cluster;
  private final Path dir;

  PolicyLiveTest(ControlPlane cluster, @TempDir Path dir) {
    this.cluster = cluster;
    this.dir = dir;
  }

  @Test
  void driftSaysWhatWouldGoOutOfSyncAndWhoSetsIt() throws Exception {
    cluster.createNamespace("drift", Map.of());
    apply("apply --server-side --field-manager=argocd-controller", route("drift", "argo", ARGO));
    apply("apply --server-side --field-manager=ci", route("drift", "ci", ""));
    apply("create --field-manager=somebody", route("drift", "hand", ""));
    apply(
        "apply --server-side --field-manager=argocd-controller",
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: pool, namespace: drift, %s}
        spec:
          host: pool
          trafficPolicy: {connectionPool: {tcp: {maxConnections: 10}}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: pool, namespace: drift}
        spec: {ports: [{name: http, port: 80}]}
        """
            .formatted(ARGO));
    String warn = policy("{}\n");
    String fix = policy("gitops: fix\n");

    Ran warned = drift("--policy", warn, "--rule", "implicit-retries");
    assertThat(warned.exitCode()).as(warned.err()).isEqualTo(1);
    assertThat(warned.out())
        .contains(
            "VirtualService drift/argo: kept in Git: would be warned of and not patched",
            "    owner: Argo CD application argocd/shop\n    [implicit-retries] spec.http[0]: ",
            "      set by argocd-controller (Apply)\n",
            "    to have nothing patched, run in its repository: meshguard check --fix"
                + " --unsafe-fixes PATH\n",
            "VirtualService drift/ci: would be patched and go out of sync\n",
            "      set by ci (Apply)\n",
            "VirtualService drift/hand: would be patched where no tool sees a difference\n",
            "3 objects with fixes: 1 would go out of sync, 1 would be patched unseen, 1 would be"
                + " warned of\n");

    Ran patched = drift("--policy", fix, "--rule", "implicit-retries");
    assertThat(patched.out())
        .contains("VirtualService drift/argo: would be patched and go out of sync\n");
    Ran chinese = drift("--policy", fix, "--rule", "implicit-retries", "--language", "zh");
    assertThat(chinese.out()).contains("VirtualService drift/argo: 会被修改，并与来源不同步");

    // a key that nobody sets is added where no tool looks
    String pool = "connection-limit-without-pending-limit";
    String auto =
        policy(
            "gitops: auto\nrules: {"
                + pool
                + ": {mode: fix, pendingLimit: 100}, \"*\": \"off\"}\n");
    Ran unseen = drift("--policy", auto, "-o", "json");
    assertThat(unseen.exitCode()).as(unseen.out() + unseen.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(unseen.out());
    assertThat(
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(Path.of("docs", "schema", "drift.schema.json")))
                .validate(json))
        .isEmpty();
    assertThat(json.at("/objects")).hasSize(1);
    assertThat(json.at("/objects/0/state").asText()).isEqualTo("unseen");
    assertThat(json.at("/objects/0/git").asBoolean()).isTrue();
    assertThat(json.at("/objects/0/owner/name").asText()).isEqualTo("shop");
    assertThat(json.at("/objects/0/changes/0/managers")).isEmpty();

    assertThat(drift("--rule", "host-outside-mesh").err()).contains("has no automatic fix");
    assertThat(drift("--policy", warn).out()).startsWith("0 objects with fixes: ");
  }

  @Test
  void diffOfACluster() throws Exception {
    cluster.createNamespace("policy-diff", Map.of());
    apply("apply", route("policy-diff", "argo", ARGO) + "---\n" + route("policy-diff", "hand", ""));
    String warn = policy("rules: {\"*\": \"off\", implicit-retries: warn}\n");
    String deny = policy("rules: {\"*\": \"off\", implicit-retries: deny}\n");
    String kubeconfig = cluster.kubeconfig().toString();

    Ran ran = Ran.of("policy", "diff", warn, deny, "--kubeconfig", kubeconfig, "-n", "policy-diff");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith(
            "namespace policy-diff, Argo CD application argocd/shop: 1 finding changes in 1"
                + " object\n    warn -> deny [implicit-retries] VirtualService policy-diff/argo ")
        .contains("namespace policy-diff, no owner: 1 finding changes in 1 object\n")
        .endsWith("\n2 findings change\n");
    Ran same =
        Ran.of("policy", "diff", warn, warn, "--kubeconfig", kubeconfig, "-n", "policy-diff");
    assertThat(same.out()).isEqualTo("0 findings change\n");
    assertThat(same.exitCode()).isZero();
    Ran both = Ran.of("policy", "diff", warn, deny, warn, "--kubeconfig", kubeconfig);
    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.err()).contains("give PATHs or a cluster, not both");
  }

  @Test
  void initDraftsAPolicyUnderWhichNothingIsDenied() throws Exception {
    cluster.createNamespace("policy-init", Map.of());
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      many.append(shadowed("bad-" + i)).append("---\n");
    }
    apply("apply", many.toString());
    String kubeconfig = cluster.kubeconfig().toString();
    String file = dir.resolve("drafted.yaml").toString();

    // other tests may have left objects in the cluster that they share
    Ran init = Ran.of("policy", "init", "--kubeconfig", kubeconfig, "-o", file, "--few", "100");
    assertThat(init.exitCode()).as(init.err()).isZero();
    String drafted = Files.readString(Path.of(file));
    assertThat(drafted)
        .contains("  unreachable-route: warn\n", ": deny\n", "  implicit-retries: \"off\"\n")
        .contains("# No object of its kinds was there, so nothing is known: warn first.\n")
        .contains("#     objects: [\"VirtualService/policy-init/bad-0\"]\n");
    assertThat(Ran.of("policy", "check", file)).isEqualTo(new Ran(0, file + ": can be used\n", ""));
    Ran audit = Ran.of("audit", "--kubeconfig", kubeconfig, "--policy", file, "-o", "json");
    assertThat(new ObjectMapper().readTree(audit.out()).at("/summary/deny").asInt()).isZero();
    assertThat(audit.exitCode()).as(audit.err()).isZero();

    // with the exemptions taken, what few have can be denied
    String denying =
        policy(
            drafted
                .replace("  unreachable-route: warn", "  unreachable-route: deny")
                .replaceAll("(?m)^# exemptions:", "exemptions:")
                .replaceAll("(?m)^#   - ", "  - ")
                .replaceAll("(?m)^#     ", "    "));
    Ran denied = Ran.of("audit", "--kubeconfig", kubeconfig, "--policy", denying, "-o", "json");
    assertThat(new ObjectMapper().readTree(denied.out()).at("/summary/deny").asInt()).isZero();

    Ran again = Ran.of("policy", "init", "--kubeconfig", kubeconfig, "-o", file);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("exists; --force writes over it");
    Ran forced =
        Ran.of("policy", "init", "--kubeconfig", kubeconfig, "-o", file, "--force", "--few", "2");
    assertThat(forced.exitCode()).isZero();
    assertThat(Files.readString(Path.of(file))).contains(" with findings: too many to deny");
  }

  @Test
  void initOfFiles() throws Exception {
    String path = Files.writeString(dir.resolve("routes.yaml"), shadowed("bad")).toString();

    Ran init = Ran.of("policy", "init", path);
    Ran chinese = Ran.of("policy", "init", path, "--language", "zh");

    assertThat(init.exitCode()).isZero();
    assertThat(init.out())
        .contains("# Looked at 1 object of files.\n")
        .contains(
            "1 with findings: mend or exempt them below, then deny.\n  unreachable-route: warn");
    assertThat(chinese.out()).contains("# 检查了文件中的 1 个对象。\n");
    assertThat(Ran.fed(init.out(), "policy", "check", "-").exitCode()).isZero();
    assertThat(Ran.fed(chinese.out(), "policy", "check", "-").exitCode()).isZero();
  }

  /** Files of the page are in a folder of their own, and its cluster is that of the test. */
  @Test
  void theCommandsOfThePageRun() throws Exception {
    policy("next.yaml", "rules: {implicit-retries: warn}\n");
    int commands = 0;
    for (String line : Files.readAllLines(Path.of("docs", "gitops.md"))) {
      if (line.startsWith("meshguard ")) {
        commands++;
        List<String> words = new ArrayList<>();
        for (String word : line.replace(" --context prod", "").split(" ")) {
          words.add(word.endsWith(".yaml") ? dir.resolve(word).toString() : word);
        }
        words.remove(0);
        if (!words.contains("check")) {
          words.add("--kubeconfig");
          words.add(cluster.kubeconfig().toString());
        }
        Ran ran = Ran.of(words.toArray(String[]::new));
        assertThat(ran.exitCode()).as("%s: %s", line, ran.err()).isIn(0, 1);
      }
    }
    assertThat(commands).isGreaterThanOrEqualTo(7);
  }

  private void policy(String name, String text) throws Exception {
    Files.writeString(dir.resolve(name), text);
  }

  private Ran drift(String... options) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "policy", "drift", "--kubeconfig", cluster.kubeconfig().toString(), "-n", "drift"));
    line.addAll(List.of(options));
    return Ran.of(line.toArray(String[]::new));
  }

  private String policy(String text) throws Exception {
    return Files.writeString(Files.createTempFile(dir, "policy", ".yaml"), text).toString();
  }

  private static String route(String namespace, String name, String marks) {
    return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: %2$s, namespace: %1$s, %3$s}
        spec:
          hosts: [%2$s]
          http:
          - route: [{destination: {host: %2$s}}]
        """
        .formatted(namespace, name, marks);
  }

  private static String shadowed(String name) {
    return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: %1$s, namespace: policy-init}
        spec:
          hosts: [%1$s]
          http:
          - route: [{destination: {host: %1$s}}]
          - match: [{uri: {prefix: /a}}]
            route: [{destination: {host: other}}]
        """
        .formatted(name);
  }

  private void apply(String how, String yaml) throws Exception {
    List<String> line = new ArrayList<>(List.of(how.split(" ")));
    line.addAll(List.of("-f", "-"));
    Kubectl.Result applied = cluster.kubectl().runWithInput(yaml, line.toArray(String[]::new));
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }
}
