package io.meshguard.rules.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.rules.routing.FirstMatch.Call;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is shown of an unreachable route comes to the VirtualService, and goes where it is said. */
class ExamplesTest {

  private static final Resource GATEWAY =
      object(
          """
          apiVersion: networking.istio.io/v1
          kind: Gateway
          metadata: {name: gw, namespace: shop}
          spec:
            servers:
            - {port: {number: 8080, name: http, protocol: HTTP}, hosts: ["shop/*.example.com"]}
          """);

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void itComesByAServerAndGoesWhereItIsSaid(@ForAll Random random, @ForAll boolean patterns) {
    ObjectNode tree = new RandomVirtualService(random, patterns).next();
    ((ArrayNode) tree.at("/spec/hosts")).removeAll().add("*.example.com");
    ((ArrayNode) tree.at("/spec/gateways")).removeAll().add("gw");
    tree.at("/spec/http")
        .forEach(route -> route.path("match").forEach(m -> ((ObjectNode) m).remove("gateways")));
    for (Finding finding : check(tree)) {
      JsonNode witness = finding.witness().orElse(null);
      if (witness == null) {
        continue;
      }
      assertThat(witness.path("authority").asText()).isEqualTo("a.example.com");
      assertThat(witness.path("scheme").asText()).isEqualTo("http");
      assertThat(witness.path("port").asInt()).isEqualTo(8080);
      String taken = FirstMatch.of(tree, call(witness));
      assertThat(taken + "/").startsWith(witness.path("takenBy").asText() + "/");
      if (witness.has("stillReaches")) {
        String reached = FirstMatch.of(tree, call(witness.path("stillReaches")));
        String route = finding.path().toString().replaceAll("/match.*", "");
        assertThat(reached + "/").startsWith(route + "/");
      }
    }
  }

  /** Each would be a search of its own; together they take what one takes. */
  @Test
  void whatIsLookedForTogetherIsBounded() {
    StringBuilder http = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      http.append("  - {match: [{authority: {regex: \".*q.{9}\"}, uri: {prefix: /x}}],")
          .append(" route: [{destination: {host: a}}]}\n");
    }
    ObjectNode tree =
        (ObjectNode)
            YamlReader.readOne(
                    """
                    apiVersion: networking.istio.io/v1
                    kind: VirtualService
                    metadata: {name: many, namespace: shop}
                    spec:
                      gateways: [gw]
                      hosts: [a.example.com, b.example.com, c.example.com, d.example.com]
                      http:
                    """
                        + http)
                .tree();
    assertThat(check(tree)).isNotEmpty().allMatch(finding -> finding.witness().isEmpty());
  }

  private static Call call(JsonNode witness) {
    JsonNode header = witness.at("/headers/x");
    JsonNode app = witness.at("/sourceLabels/app");
    List<String> x = new ArrayList<>();
    if (header.isArray()) {
      header.forEach(value -> x.add(value.asText()));
    } else if (!header.isMissingNode()) {
      x.add(header.asText());
    }
    @Nullable String label = app.isMissingNode() ? null : app.asText();
    return new Call(
        witness.path("path").asText(),
        witness.path("method").asText(),
        x,
        witness.path("port").asInt(),
        label,
        "gw");
  }

  private static List<Finding> check(ObjectNode tree) {
    Resource subject = Resource.of(tree, "shop", Origin.NONE);
    UnreachableRoute rule = new UnreachableRoute();
    Report report = new Report(rule, subject, Parameters.NONE);
    rule.check(
        subject,
        new ObjectMesh(List.of(subject, GATEWAY), kind -> false, MeshFacts.UNKNOWN),
        report);
    return report.findings();
  }

  private static Resource object(String yaml) {
    return Resource.of(YamlReader.readOne(yaml).tree(), "", Origin.NONE);
  }
}
