package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@RequiresControlPlane
class ControlPlaneTest {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec:
        containers: [{name: web, image: web}]
      """;

  @Test
  void kubectlAppliesAndReadsWithItsExactWords(ControlPlane controlPlane) throws Exception {
    controlPlane.createNamespace("words", Map.of());

    Kubectl.Result applied =
        controlPlane.kubectl().runWithInput(POD, "apply", "-n", "words", "-f", "-");
    Kubectl.Result missing = controlPlane.kubectl().run("get", "pod", "none", "-n", "words");

    assertThat(applied).isEqualTo(new Kubectl.Result(0, "pod/web created\n", ""));
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.stderr())
        .isEqualTo("Error from server (NotFound): pods \"none\" not found\n");
  }

  @Test
  void podsCanBeCreatedInNamespaceDefaultFromTheStart(ControlPlane controlPlane) throws Exception {
    Kubectl.Result result =
        controlPlane.kubectl().runWithInput(POD, "create", "--dry-run=server", "-f", "-");

    assertThat(result.stdout()).isEqualTo("pod/web created (server dry run)\n");
  }

  @Test
  void rbacDeniesWhoHasNoRole(ControlPlane controlPlane) throws Exception {
    Kubectl nobody = controlPlane.kubectlAs("eve", "devs", "ops");

    Kubectl.Result read = nobody.run("get", "configmaps", "-n", "default");
    Kubectl.Result self = nobody.run("auth", "whoami", "-o", "jsonpath={.status.userInfo}");

    assertThat(read.exitCode()).isEqualTo(1);
    assertThat(read.stderr()).contains("User \"eve\" cannot list resource \"configmaps\"");
    assertThat(self.stdout()).contains("\"devs\"", "\"ops\"", "\"system:authenticated\"");
  }

  @Test
  void aRoleForAGroupCounts(ControlPlane controlPlane) throws Exception {
    Kubectl admin = controlPlane.kubectl();
    admin.run("create", "clusterrole", "reader", "--verb=list", "--resource=configmaps");
    admin.run("create", "clusterrolebinding", "reader", "--clusterrole=reader", "--group=readers");

    Kubectl.Result result =
        controlPlane.kubectlAs("ann", "readers").run("get", "configmaps", "-n", "default");

    assertThat(result.exitCode()).isZero();
  }

  @Test
  void istioResourcesAreServedInEveryVersion(ControlPlane controlPlane) throws Exception {
    Kubectl.Result kinds =
        controlPlane.kubectl().run("api-resources", "--categories=istio-io", "-o", "name");
    Kubectl.Result versions = controlPlane.kubectl().run("api-versions");

    assertThat(kinds.stdout().lines())
        .hasSize(14)
        .contains("virtualservices.networking.istio.io", "telemetries.telemetry.istio.io");
    assertThat(versions.stdout().lines())
        .contains(
            "networking.istio.io/v1",
            "networking.istio.io/v1beta1",
            "networking.istio.io/v1alpha3",
            "security.istio.io/v1");
  }

  @Test
  void kubeconfigsAreForTheirOwnerOnly(ControlPlane controlPlane) throws Exception {
    Path user = controlPlane.kubeconfigFor("ann");

    for (Path file : List.of(controlPlane.kubeconfig(), user)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(controlPlane.directory())))
        .isEqualTo("rwx------");
    try (Stream<Path> keys = Files.list(controlPlane.directory().resolve("pki"))) {
      assertThat(keys)
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void etcdRefusesEveryoneButTheApiServer(ControlPlane controlPlane) throws Exception {
    Path pki = controlPlane.directory().resolve("pki");
    String endpoint = etcdEndpoint(controlPlane);

    assertThat(Tls.get(endpoint, pki, "etcd-ca", "etcd-client")).contains("etcdserver");
    assertThatThrownBy(() -> Tls.get(endpoint, pki, "etcd-ca", "")).isInstanceOf(IOException.class);
    // A Kubernetes user's certificate is from another authority.
    assertThatThrownBy(() -> Tls.get(endpoint, pki, "etcd-ca", "apiserver"))
        .isInstanceOf(IOException.class);
  }

  private static String etcdEndpoint(ControlPlane controlPlane) {
    String line = ProcessFiles.commandLine(controlPlane.etcd().pid());
    String flag = "--listen-client-urls=";
    int start = line.indexOf(flag) + flag.length();
    return URI.create(line.substring(start).split("\\s", 2)[0]) + "/version";
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void nothingListensBeyondLoopback(ControlPlane controlPlane) throws Exception {
    for (Component component : List.of(controlPlane.etcd(), controlPlane.apiServer())) {
      assertThat(ProcessFiles.listening(component.pid()))
          .isNotEmpty()
          .allMatch(address -> address.startsWith("127.0.0.1:"));
    }
  }
}
