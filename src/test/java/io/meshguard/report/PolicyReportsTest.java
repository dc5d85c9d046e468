package io.meshguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.audit.AuditState;
import io.meshguard.audit.ChangeQueue;
import io.meshguard.audit.Failure;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.report.PolicyReports.Api;
import io.meshguard.report.PolicyReports.Owner;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rules.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

@RequiresControlPlane
class PolicyReportsTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Instant FOUND = Instant.parse("2026-01-01T00:00:00Z");
  private static final Owner OWNER = new Owner("v1", "Namespace", "kube-system", "uid-1");

  private static final String ROUTES =
      """
      {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
       "metadata": {"name": "r%d", "namespace": "many", "uid": "u%d"},
       "spec": {"hosts": ["shop"], "http": [
         {"route": [{"destination": {"host": "shop"}}]},
         {"match": [{"uri": {"prefix": "/a"}}], "route": [{"destination": {"host": "other"}}]}]}}
      """;

  private static final String PUBLIC =
      """
      {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
       "metadata": {"name": "everybody"},
       "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
       "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:unauthenticated"}]}
      """;

  @Test
  void bothApisTakeReportsAsTheyAre(ControlPlane cluster) throws Exception {
    cluster.createNamespace("many", Map.of());
    for (String file : List.of("openreports.yaml", "policyreports.yaml")) {
      cluster.applyCrds(Files.readString(Path.of("src", "test", "resources", "crds", file)));
    }
    try {
      for (Api api : Api.values()) {
        PolicyReports reports = new PolicyReports(api, Language.EN, Optional.of(OWNER));
        for (ObjectNode report : reports.of(failures(3), fingerprint -> FOUND)) {
          Kubectl.Result taken =
              cluster
                  .kubectl()
                  .runWithInput(
                      report.toString(),
                      "create",
                      "--dry-run=server",
                      "--validate=strict",
                      "-f",
                      "-");
          assertThat(taken.exitCode()).as(taken.stderr()).isZero();
          assertThat(taken.stderr()).isEmpty();
        }
      }
    } finally {
      // other tests on this control plane choose their own
      for (String file : List.of("openreports.yaml", "policyreports.yaml")) {
        cluster.kubectl().run("delete", "-f", "src/test/resources/crds/" + file);
      }
    }
  }

  @Test
  void aReportIsSplitAndOneMoreIsForWhatIsInNoNamespace() throws Exception {
    List<Failure> failures = failures(1_001);

    List<ObjectNode> reports =
        new PolicyReports(Api.OPEN_REPORTS, Language.EN, Optional.empty())
            .of(failures, fingerprint -> FOUND);

    assertThat(reports)
        .extracting(r -> r.path("kind").asText() + " " + r.at("/metadata/name").asText())
        .containsExactly("ClusterReport meshguard", "Report meshguard", "Report meshguard-2");
    assertThat(reports).extracting(r -> r.path("results").size()).containsExactly(1, 1_000, 1);
    assertThat(reports.get(1).at("/summary/fail").asInt()).isEqualTo(1_000);
    JsonNode first = reports.get(1).at("/results/0");
    assertThat(first.at("/resources/0/uid").asText()).startsWith("u");
    assertThat(first.at("/timestamp/seconds").asLong()).isEqualTo(FOUND.getEpochSecond());
  }

  /** Returns denials only: one of an object in no namespace, and so many of others. */
  private static List<Failure> failures(int routes) throws Exception {
    List<Resource> objects = new ArrayList<>();
    objects.add(Resource.of(MAPPER.readTree(PUBLIC), "", Origin.NONE));
    for (int i = 0; i < routes; i++) {
      objects.add(Resource.of(MAPPER.readTree(ROUTES.formatted(i, i)), "", Origin.NONE));
    }
    Mesh mesh = new ObjectMesh(objects, kind -> false, MeshFacts.UNKNOWN);
    AuditState standing = new AuditState(Catalogue.rules(), System::nanoTime);
    standing.judge(
        new ChangeQueue.Work(true, Set.of(), Set.of()),
        new AuditState.AuditContext(
            Policy.defaults(Catalogue.infos(), Version.of("9.0")),
            Instant.EPOCH,
            mesh,
            List.of(),
            "meshguard",
            LocalDate.of(2026, 1, 1)));
    Set<String> denying = Set.of("public-cluster-admin", "unreachable-route");
    return standing.failures().stream()
        .filter(failure -> denying.contains(failure.judged().finding().rule().id()))
        .toList();
  }
}
