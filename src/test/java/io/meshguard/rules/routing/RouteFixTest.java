package io.meshguard.rules.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.rules.routing.FirstMatch.Call;
import io.meshguard.yaml.Patches;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/** Whole random VirtualServices: what is found is true, and a fix does no more than it says. */
class RouteFixTest {

  private static final List<Call> CALLS = FirstMatch.calls();

  @Property(shrinking = ShrinkingMode.OFF)
  void whatIsCalledDeadIsDeadAndNothingElse(@ForAll Random random, @ForAll boolean patterns) {
    ObjectNode tree = new RandomVirtualService(random, patterns).next();
    Set<String> reached = new TreeSet<>();
    CALLS.forEach(call -> reached.add(FirstMatch.of(tree, call)));
    List<String> found = findings(tree).stream().map(f -> f.path().toString()).toList();
    List<String> dead = new ArrayList<>();
    JsonNode http = tree.at("/spec/http");
    for (int i = 0; i < http.size(); i++) {
      dead.addAll(dead("/spec/http/" + i, http.get(i).path("match").size(), reached));
    }
    Statistics.label("dead").collect(dead.size());
    assertThat(found).as("%s", tree).containsExactlyInAnyOrderElementsOf(dead);
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void aFixMovesOnlyRequestsOfItsRoute(@ForAll Random random, @ForAll boolean patterns) {
    ObjectNode tree = new RandomVirtualService(random, patterns).next();
    for (Finding finding : findings(tree)) {
      List<Fix> fixes = finding.fix().filter(Fix::applicable).stream().toList();
      Statistics.label("fixes").collect(fixes.size());
      for (Fix fix : fixes) {
        JsonNode fixed = Patches.apply(fix.ops(), tree);
        String moved = tree.at(finding.path()).path("name").asText();
        int gained = 0;
        for (Call call : CALLS) {
          String before = FirstMatch.route(tree, call);
          String after = FirstMatch.route(fixed, call);
          assertThat(after).as("%s in %s", call, tree).isIn(before, moved);
          gained += after.equals(moved) ? 1 : 0;
        }
        assertThat(gained).as("requests of %s after the fix of %s", moved, tree).isPositive();
      }
    }
  }

  private static List<String> dead(String route, int matches, Set<String> reached) {
    if (matches == 0) {
      return reached.contains(route) ? List.of() : List.of(route);
    }
    List<String> dead = new ArrayList<>();
    for (int j = 0; j < matches; j++) {
      String match = route + "/match/" + j;
      if (!reached.contains(match)) {
        dead.add(match);
      }
    }
    return dead.size() == matches ? List.of(route) : dead;
  }

  private static List<Finding> findings(ObjectNode tree) {
    Resource object = Resource.of(tree, "shop", Origin.NONE);
    UnreachableRoute rule = new UnreachableRoute();
    Report report = new Report(rule, object, Parameters.NONE);
    rule.check(object, new ObjectMesh(List.of(object), kind -> false, MeshFacts.UNKNOWN), report);
    return report.findings();
  }
}
