package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresControlPlane
class KubectlTest {
  private static final String CONFIG =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: colours, namespace: kubectl}
      data: {sky: %s}
      """;

  @BeforeAll
  static void namespace(ControlPlane controlPlane) throws Exception {
    controlPlane.createNamespace("kubectl", Map.of("team", "a"));
  }

  @Test
  void editRunsTheGivenEditor(ControlPlane controlPlane, @TempDir Path directory) throws Exception {
    controlPlane.kubectl().runWithInput(CONFIG.formatted("blue"), "apply", "-f", "-");
    Path editor =
        FakeBinaries.script(directory.resolve("editor"), "sed -i 's/sky: blue/sky: red/' \"$1\"");

    Kubectl.Result edited =
        controlPlane
            .kubectl()
            .with("KUBE_EDITOR", editor.toString())
            .run("edit", "configmap", "colours", "-n", "kubectl");

    assertThat(edited.stdout()).isEqualTo("configmap/colours edited\n");
    assertThat(
            controlPlane
                .kubectl()
                .run("get", "cm", "colours", "-n", "kubectl", "-o", "jsonpath={.data.sky}")
                .stdout())
        .isEqualTo("red");
  }

  @Test
  void diffShowsWhatWouldChange(ControlPlane controlPlane) throws Exception {
    Kubectl kubectl = controlPlane.kubectl();
    String green = CONFIG.formatted("green").replace("colours", "shades");
    kubectl.runWithInput(green, "apply", "-f", "-");

    Kubectl.Result same = kubectl.runWithInput(green, "diff", "-f", "-");
    Kubectl.Result other = kubectl.runWithInput(green.replace("green", "grey"), "diff", "-f", "-");

    assertThat(same).isEqualTo(new Kubectl.Result(0, "", ""));
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.stdout()).contains("-  sky: green\n+  sky: grey\n");
  }

  @Test
  void serviceAccountsCanBePlayedByNameAndByToken(ControlPlane controlPlane) throws Exception {
    String account = "system:serviceaccount:argocd:argocd-application-controller";
    Kubectl.Result byName =
        controlPlane
            .kubectlAs(account, "system:serviceaccounts", "system:serviceaccounts:argocd")
            .run("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}");
    String token =
        controlPlane.kubectl().run("create", "token", "default", "-n", "kubectl").stdout().strip();
    Kubectl.Result byToken =
        controlPlane
            .kubectlAs("nobody")
            .run(
                "auth",
                "whoami",
                "--token=" + token,
                "--kubeconfig=/dev/null",
                "--insecure-skip-tls-verify",
                "--server=" + controlPlane.server(),
                "-o",
                "jsonpath={.status.userInfo.username}");

    assertThat(byName.stdout()).isEqualTo(account);
    assertThat(byToken.stdout()).isEqualTo("system:serviceaccount:kubectl:default");
  }

  @Test
  void namespacesCarryTheirLabelsAndCreatingAgainIsNoError(ControlPlane controlPlane)
      throws Exception {
    controlPlane.createNamespace("kubectl", Map.of());

    assertThat(controlPlane.kubectl().run("get", "ns", "-l", "team=a", "-o", "name").stdout())
        .isEqualTo("namespace/kubectl\n");
  }
}
