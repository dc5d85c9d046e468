package io.meshguard.rules.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.rules.routing.FirstMatch.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/** Two random VirtualServices at one gateway: what the newer one is said to lose, it never gets. */
class GatewayOrderTest {

  private static final List<Call> CALLS =
      FirstMatch.calls().stream().filter(call -> call.gateway().equals("gw")).toList();

  @Property(shrinking = ShrinkingMode.OFF)
  void whatIsCalledDeadIsNeverReached(@ForAll Random random, @ForAll boolean patterns) {
    ObjectNode older = atGateway(new RandomVirtualService(random, patterns).next(), "older", 1);
    ObjectNode newer = atGateway(new RandomVirtualService(random, patterns).next(), "newer", 2);
    Set<String> reached = new TreeSet<>();
    CALLS.forEach(call -> reached.add(taken(older, newer, call)));
    Resource subject = Resource.of(newer, "shop", Origin.NONE);
    List<Resource> objects = List.of(Resource.of(older, "shop", Origin.NONE), subject);
    UnreachableRoute rule = new UnreachableRoute();
    Report report = new Report(rule, subject, Parameters.NONE);
    rule.check(subject, new ObjectMesh(objects, kind -> false, MeshFacts.UNKNOWN), report);

    int elsewhere = 0;
    for (Finding finding : report.findings()) {
      String path = finding.path().toString();
      assertThat(reached)
          .as("older %s newer %s", older, newer)
          .noneMatch(match -> match.equals(path) || match.startsWith(path + "/"));
      elsewhere += finding.message().key().contains("elsewhere") ? 1 : 0;
    }
    Statistics.label("by the older one").collect(elsewhere > 0);
  }

  private static ObjectNode atGateway(ObjectNode tree, String name, int day) {
    ((ObjectNode) tree.path("metadata"))
        .put("name", name)
        .put("creationTimestamp", "2026-01-0" + day + "T00:00:00Z");
    ((ObjectNode) tree.path("spec")).putArray("gateways").add("gw");
    for (JsonNode route : tree.at("/spec/http")) {
      route.path("match").forEach(match -> ((ObjectNode) match).remove("gateways"));
    }
    return tree;
  }

  /** Returns the pointer in the newer one that takes a request; empty where none does. */
  private static String taken(ObjectNode older, ObjectNode newer, Call call) {
    List<String> first = new ArrayList<>();
    List<String> last = new ArrayList<>();
    generate(older, false, call, first, last);
    generate(newer, true, call, first, last);
    first.addAll(last);
    return first.isEmpty() ? "" : first.get(0);
  }

  /** Collects, of what takes the request, the pointers in the newer one and blanks of the older. */
  private static void generate(
      ObjectNode tree, boolean newer, Call call, List<String> first, List<String> last) {
    JsonNode http = tree.at("/spec/http");
    for (int i = 0; i < http.size(); i++) {
      JsonNode matches = http.get(i).path("match");
      ArrayNode all = JsonNodeFactory.instance.arrayNode();
      if (matches.isEmpty()) {
        all.addObject();
      } else {
        matches.forEach(all::add);
      }
      for (int j = 0; j < all.size(); j++) {
        String pointer = "/spec/http/" + i + (matches.isEmpty() ? "" : "/match/" + j);
        boolean takes = FirstMatch.meets(all.get(j), call);
        boolean catchAll = isCatchAll(all.get(j));
        if (takes) {
          (catchAll ? last : first).add(newer ? pointer : "");
        }
        if (takes && catchAll) {
          return;
        }
      }
    }
  }

  private static boolean isCatchAll(JsonNode match) {
    JsonNode uri = match.path("uri");
    boolean any =
        uri.isMissingNode()
            || uri.path("prefix").asText().equals("/")
            || uri.path("regex").asText().equals(".*");
    return any && !match.has("method") && !match.has("headers") && !match.has("withoutHeaders");
  }
}
