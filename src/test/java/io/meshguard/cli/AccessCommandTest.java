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
class AccessCommandTest {

  private static final String ALL_VERBS = "get, list, watch, create, update, patch, delete";

  @Test
  void editGivesNothingOnIstioKinds(ControlPlane cluster) throws Exception {
    // What a controller, which does not run here, would put together as the role "edit".
    for (String part : List.of("system:aggregate-to-edit", "system:aggregate-to-view")) {
      String name = "ed-" + part.replace(':', '-');
      kubectl(cluster, "create", "clusterrolebinding", name, "--clusterrole=" + part, "--user=ed");
    }

    Ran ran = access(cluster, "--as", "ed");

    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
    assertThat(row(ran, "virtualservices.networking.istio.io")).contains(ALL_VERBS);
    assertThat(row(ran, "telemetries.telemetry.istio.io")).contains(ALL_VERBS);
    assertThat(row(ran, "namespaces")).endsWith("patch");
    assertThat(ran.out()).doesNotContain(" pods ").doesNotContain("cannot check");
  }

  @Test
  void clusterAdminLacksNothing(ControlPlane cluster) throws Exception {
    kubectl(
        cluster, "create", "clusterrolebinding", "al", "--clusterrole=cluster-admin", "--user=al");

    Ran manage = access(cluster, "--as", "al");

    assertThat(manage.exitCode()).isZero();
    assertThat(manage.out()).containsPattern("meshguard +- +- +none");
    assertThat(access(cluster, "--as", "al", "--for", "join").exitCode()).isZero();
    assertThat(access(cluster, "--as", "al", "-o", "yaml").out())
        .isEqualTo("# meshguard: nothing is missing\n");
  }

  @Test
  void aRoleOnAllResourcesOfAGroupCounts(ControlPlane cluster) throws Exception {
    kubectl(
        cluster, "create", "clusterrole", "net", "--verb=*", "--resource=*.networking.istio.io");
    kubectl(cluster, "create", "clusterrolebinding", "net", "--clusterrole=net", "--group=net");

    Ran ran = access(cluster, "--as", "nina", "--as-group", "net");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).doesNotContain("networking.istio.io").contains("security.istio.io");
  }

  @Test
  void aRoleInOneNamespaceIsNotEnough(ControlPlane cluster) throws Exception {
    cluster.createNamespace("access-one", Map.of());
    kubectl(
        cluster,
        "create",
        "rolebinding",
        "one",
        "-n",
        "access-one",
        "--clusterrole=cluster-admin",
        "--user=one");

    Ran ran = access(cluster, "--as", "one");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(row(ran, "virtualservices.networking.istio.io")).contains("(all)", ALL_VERBS);
  }

  @Test
  void whoMayNotAskCannotCheck(ControlPlane cluster) throws Exception {
    String kubeconfig = cluster.kubeconfigFor("nosy").toString();

    Ran ran = Ran.of("access", "--kubeconfig", kubeconfig, "--as", "ed");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out())
        .contains("cannot check: your own account may not create subjectaccessreviews")
        .doesNotContain("virtualservices");
    JsonNode json =
        new ObjectMapper()
            .readTree(
                Ran.of("access", "--kubeconfig", kubeconfig, "--as", "ed", "-o", "json").out());
    assertThat(json.at("/contexts/0/missing").isMissingNode()).isTrue();
    assertThat(json.at("/contexts/0/cannotCheck").asText()).contains("your own account");
  }

  @Test
  void theLeastRoleGrantsWhatIsMissing(ControlPlane cluster) throws Exception {
    cluster.createNamespace("istio-system", Map.of());
    for (String purpose : List.of("manage", "join")) {
      Ran role = access(cluster, "--as", "Lea@example.com", "--for", purpose, "-o", "yaml");
      assertThat(role.exitCode()).isEqualTo(1);

      Kubectl.Result applied = cluster.kubectl().runWithInput(role.out(), "apply", "-f", "-");

      assertThat(applied.exitCode()).as(applied.stderr()).isZero();
      assertThat(applied.stdout()).contains("mesh-" + purpose + "-lea-example.com created");
      Ran after = access(cluster, "--as", "Lea@example.com", "--for", purpose);
      assertThat(after.exitCode()).as(after.out()).isZero();
    }
  }

  @Test
  void serviceAccountsHaveTheirGroups(ControlPlane cluster) throws Exception {
    kubectl(
        cluster,
        "create",
        "clusterrolebinding",
        "bots",
        "--clusterrole=cluster-admin",
        "--group=system:serviceaccounts:bots");

    Ran ran = access(cluster, "--as", "system:serviceaccount:bots:robot");
    Ran other = access(cluster, "--as", "system:serviceaccount:other:robot", "-o", "yaml");

    assertThat(ran.exitCode()).isZero();
    assertThat(other.out())
        .contains("kind: \"ServiceAccount\"", "namespace: \"other\"", "name: \"robot\"");
  }

  @Test
  void everyContextIsAsked(ControlPlane cluster, @TempDir Path dir) throws Exception {
    String text =
        Files.readString(cluster.kubeconfig())
            .replace(
                "clusters:\n",
                "clusters:\n- name: gone\n  cluster: {server: 'https://127.0.0.1:1'}\n")
            .replace(
                "contexts:\n", "contexts:\n- name: gone\n  context: {cluster: gone, user: user}\n");
    String kubeconfig = Files.writeString(dir.resolve("config"), text).toString();

    Ran all = Ran.of("access", "--kubeconfig", kubeconfig, "--as", "eve", "--all-contexts");
    Ran one = Ran.of("access", "--kubeconfig", kubeconfig, "--as", "eve", "--context", "meshguard");
    Ran wrong = Ran.of("access", "--kubeconfig", kubeconfig, "--as", "eve", "--context", "prod");

    assertThat(all.exitCode()).isEqualTo(2);
    assertThat(all.out()).containsPattern("gone +- +- +cannot check: ");
    assertThat(row(all, "virtualservices.networking.istio.io")).startsWith("meshguard ");
    assertThat(one.exitCode()).isEqualTo(1);
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("no context \"prod\"; available: gone, meshguard");
  }

  @Test
  void badUsageIsSaid(@TempDir Path dir) throws Exception {
    String undecided =
        Files.writeString(dir.resolve("undecided"), "contexts: [{name: a}, {name: b}]").toString();
    Ran noneChosen = Ran.of("access", "--as", "eve", "--kubeconfig", undecided);
    Ran nobody = Ran.of("access");
    Ran unreadable =
        Ran.of("access", "--as", "eve", "--kubeconfig", dir.resolve("none").toString());

    assertThat(nobody.exitCode()).isEqualTo(2);
    assertThat(nobody.err()).contains("--as");
    assertThat(noneChosen.exitCode()).isEqualTo(2);
    assertThat(noneChosen.err()).contains("no current context is set; give --context: a, b");
    assertThat(unreadable.exitCode()).isEqualTo(2);
    assertThat(unreadable.err()).contains("cannot read kubeconfig");
  }

  private static Ran access(ControlPlane cluster, String... options) {
    List<String> line =
        new ArrayList<>(List.of("access", "--kubeconfig", cluster.kubeconfig().toString()));
    line.addAll(List.of(options));
    return Ran.of(line.toArray(String[]::new));
  }

  private static String row(Ran ran, String resource) {
    return ran.out()
        .lines()
        .filter(line -> line.contains(" " + resource + " "))
        .findFirst()
        .orElse("");
  }

  private static void kubectl(ControlPlane cluster, String... arguments) throws Exception {
    Kubectl.Result result = cluster.kubectl().run(arguments);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }
}
