package io.meshguard.rules.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of more hosts than are judged nothing is said that the others could make untrue. */
final class ManyHostsTest {

  private static final int MORE_THAN_ARE_JUDGED = 10_500;

  /** One takes the hosts that are judged, the other only the last. */
  @Test
  void aGatewayMayTakeWhatIsNotJudged() {
    Resource many = virtualService("first", "last");
    Report report =
        check(new HostOutsideGateway(), many, gateway("first", "*.a"), gateway("last", "*.b"));

    assertThat(report.findings()).isEmpty();
    assertThat(report.isCutShort()).isTrue();
  }

  /** That sidecars never see a host is only said where they see none of them. */
  @Test
  void aHostThatIsNotJudgedMayBeInTheMesh() {
    Report report = check(new HostOutsideMesh(), virtualService("mesh"));

    assertThat(report.findings()).extracting(Finding::path).isEmpty();
    assertThat(report.isCutShort()).isTrue();
  }

  private static Report check(Rule rule, Resource subject, Resource... others) {
    Mesh mesh = new ObjectMesh(List.of(others), kind -> true, MeshFacts.UNKNOWN);
    Report report = new Report(rule, subject, Parameters.NONE);
    rule.check(subject, mesh, report);
    return report;
  }

  private static Resource virtualService(String... gateways) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    ArrayNode hosts = spec.putArray("hosts");
    for (int i = 1; i < MORE_THAN_ARE_JUDGED; i++) {
      hosts.add("host-" + i + ".a");
    }
    hosts.add("last.b");
    for (String gateway : gateways) {
      spec.withArray("gateways").add(gateway);
    }
    return object("VirtualService", "web", spec);
  }

  private static Resource gateway(String name, String host) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    ObjectNode server = spec.putArray("servers").addObject();
    server.putObject("port").put("number", 80).put("name", "http").put("protocol", "HTTP");
    server.putArray("hosts").add(host);
    return object("Gateway", name, spec);
  }

  private static Resource object(String kind, String name, ObjectNode spec) {
    ObjectNode tree =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", "networking.istio.io/v1")
            .put("kind", kind);
    tree.putObject("metadata").put("name", name).put("namespace", "shop");
    tree.set("spec", spec);
    return Resource.of(tree, "shop", Origin.NONE);
  }
}
