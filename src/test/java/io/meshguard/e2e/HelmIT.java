package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.GoTool;
import io.meshguard.controlplane.HelmTool;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Install, upgrade, rollback and uninstall with Helm's own command line, while the server runs. */
@RequiresControlPlane
final class HelmIT {

  private static final String CHART = Path.of("charts", "meshguard").toAbsolutePath().toString();
  private static final List<String> CONFIGURATIONS =
      List.of("mutatingwebhookconfiguration", "validatingwebhookconfiguration");

  @Test
  void certificatesAndPolicySurviveEveryStep() throws Exception {
    Path helm = helm();
    try (ControlPlane cluster =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent())) {
      new Steps(cluster, helm).run();
    }
  }

  private static Path helm() throws IOException, InterruptedException {
    try {
      return HelmTool.locate(System.out::println);
    } catch (GoTool.UnavailableException e) {
      if ("required".equals(System.getenv("MESHGUARD_E2E"))) {
        throw new IllegalStateException("MESHGUARD_E2E=required", e);
      }
      return Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }

  private record Steps(ControlPlane cluster, Path helm) {

    void run() throws Exception {
      cluster.applyCrds(IstioCrds.load(Progress.silent()).yaml());
      kubectlIn(Manifests.resource("mesh.yaml"), "apply", "-f", "-");
      helm("install", CHART, "--set", "policy.data.mesh-gateway-omitted=warn");
      ImageProcess server =
          new ImageProcess(
              cluster, "512m", Map.of("MESHGUARD_CLUSTER_AUTHORITY_SECRET", "meshguard-ca"));
      server.awaitReady();
      Await.until("the webhooks have our authority", this::trusted);
      String patch = "{\"data\":{\"implicit-retries\":\"fix\"}}";
      kubectl("patch", "configmap", "meshguard-policy", "--type=merge", "-p", patch);
      Await.until(
          "the edit is accepted",
          () -> get("configmap", "meshguard-policy-accepted").toString().contains("retries"));
      JsonNode authority = get("secret", "meshguard-ca").path("data");
      assertKept(authority, "warn", 2);

      helm("upgrade", CHART, "--set", "policy.data.mesh-gateway-omitted=off,replicas=3");
      assertKept(authority, "off", 3);
      helm("rollback", "1");
      assertKept(authority, "warn", 2);
      helm("upgrade", CHART, "--set", "policy.data.mesh-gateway-omitted=off,replicas=3");
      assertKept(authority, "off", 3);
      assertNothingOfRunTimeIsHelms();
      assertThat(server.ready()).isTrue();

      helm("uninstall");
      for (String kind : CONFIGURATIONS) {
        assertThat(kubectl("get", kind, "meshguard", "--ignore-not-found")).isEmpty();
      }
      assertThat(get("secret", "meshguard-ca").path("data")).isEqualTo(authority);
      assertThat(get("configmap", "meshguard-policy-accepted").toString()).contains("retries");
    }

    /** At once, not a moment later: until then the API server would trust nobody. */
    private void assertKept(JsonNode authority, String toggle, int replicas) throws Exception {
      assertThat(trusted()).isTrue();
      assertThat(get("secret", "meshguard-ca").path("data")).isEqualTo(authority);
      JsonNode policy = get("configmap", "meshguard-policy").path("data");
      assertThat(policy.path("implicit-retries").asText()).isEqualTo("fix");
      assertThat(policy.path("mesh-gateway-omitted").asText()).isEqualTo(toggle);
      assertThat(get("deployment", "meshguard").at("/spec/replicas").asInt()).isEqualTo(replicas);
    }

    /** Returns whether every entry trusts the authority in the Secret. */
    private boolean trusted() throws Exception {
      String secret = kubectl("get", "secret", "meshguard-ca", "--ignore-not-found", "-o", "json");
      if (secret.isEmpty()) {
        return false;
      }
      byte[] pem =
          Base64.getDecoder()
              .decode(new ObjectMapper().readTree(secret).at("/data/ca.crt").asText());
      String bundle = Base64.getEncoder().encodeToString(pem);
      for (String kind : CONFIGURATIONS) {
        for (JsonNode webhook : get(kind, "meshguard").path("webhooks")) {
          if (!webhook.at("/clientConfig/caBundle").asText().equals(bundle)) {
            return false;
          }
        }
      }
      return true;
    }

    private void assertNothingOfRunTimeIsHelms() throws Exception {
      for (String kind : CONFIGURATIONS) {
        for (JsonNode entry : get(kind, "meshguard").at("/metadata/managedFields")) {
          if (!entry.path("manager").asText().equals("meshguard-ca")) {
            assertThat(entry.path("fieldsV1").toString()).as(kind).doesNotContain("f:caBundle");
          }
        }
      }
      assertThat(managers("secret", "meshguard-ca")).doesNotContain("helm").isNotEmpty();
      assertThat(managers("configmap", "meshguard-policy-accepted"))
          .doesNotContain("helm")
          .isNotEmpty();
    }

    private Set<String> managers(String kind, String name) throws Exception {
      Set<String> managers = new TreeSet<>();
      get(kind, name)
          .at("/metadata/managedFields")
          .forEach(entry -> managers.add(entry.path("manager").asText()));
      return managers;
    }

    private void helm(String step, String... arguments) throws Exception {
      List<String> line = new ArrayList<>(List.of(helm.toString(), step, "meshguard"));
      line.addAll(List.of(arguments));
      line.addAll(List.of("-n", "meshguard", "--kubeconfig", cluster.kubeconfig().toString()));
      Path out = cluster.directory().resolve("helm.log");
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(out.toFile());
      builder.environment().clear();
      builder.environment().put("HOME", cluster.directory().toString());
      Process process = cluster.startGuest(builder);
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(() -> step + ": " + text(out)).isZero();
    }

    private static String text(Path file) {
      try {
        return Files.readString(file, StandardCharsets.UTF_8);
      } catch (IOException e) {
        return e.toString();
      }
    }

    private JsonNode get(String kind, String name) throws Exception {
      return new ObjectMapper()
          .readTree(kubectl("get", kind, name, "--show-managed-fields", "-o", "json"));
    }

    private String kubectl(String... arguments) throws Exception {
      return kubectlIn("", arguments);
    }

    private String kubectlIn(String stdin, String... arguments) throws Exception {
      List<String> line = new ArrayList<>(List.of("-n", "meshguard"));
      if (!stdin.isEmpty()) {
        line.clear();
      }
      line.addAll(List.of(arguments));
      Kubectl.Result result = cluster.kubectl().runWithInput(stdin, line.toArray(String[]::new));
      assertThat(result.exitCode()).as(() -> line + ": " + result.stderr()).isZero();
      return result.stdout();
    }
  }
}
