package io.meshguard.rules.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.deadline.DeadlineExceededException;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Where routes are too much work to judge, the report says so, and the work ends. */
final class RouteBudgetTest {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final UnreachableRoute RULE = new UnreachableRoute();

  @Test
  void sixHeavyPatternsInFrontAreNamed() {
    ObjectNode object = virtualService("web");
    ArrayNode http = (ArrayNode) object.path("spec").path("http");
    for (char letter = 'a'; letter <= 'f'; letter++) {
      uri(http.addObject(), "regex", "/.*" + letter + ".{18}");
    }
    uri(http.addObject(), "prefix", "/shop");
    uri(http.addObject(), "prefix", "/shop/cart");

    assertThat(object.toString()).hasSizeLessThan(1_000);
    assertThat(check(object, List.of()).isCutShort()).isTrue();
  }

  @Test
  void plainRoutesAreNotCutShort() {
    ObjectNode object = virtualService("web");
    ArrayNode http = (ArrayNode) object.path("spec").path("http");
    for (int i = 0; i < 300; i++) {
      uri(http.addObject(), "prefix", "/" + i);
    }
    assertThat(check(object, List.of()).isCutShort()).isFalse();
  }

  @Test
  void moreMatchesThanAreReadAreNamed() {
    ObjectNode object = virtualService("web");
    ArrayNode matches =
        ((ArrayNode) object.path("spec").path("http")).addObject().putArray("match");
    for (int i = 0; i < 100_000; i++) {
      matches.addObject().putObject("uri").put("prefix", "/" + i);
    }
    assertThat(check(object, List.of()).isCutShort()).isTrue();
  }

  /** Each match of a root is joined with each of its delegate. */
  @Test
  void rootsTimesDelegatesAreBounded() {
    ObjectNode root = virtualService("root");
    ObjectNode route = ((ArrayNode) root.path("spec").path("http")).addObject();
    route.putObject("delegate").put("name", "delegate").put("namespace", "shop");
    ObjectNode delegate = virtualService("delegate");
    ((ObjectNode) delegate.path("spec")).remove("hosts");
    ArrayNode delegated = ((ArrayNode) delegate.path("spec").path("http"));
    for (int i = 0; i < 3_000; i++) {
      uri(delegated.addObject(), "prefix", "/" + i);
      route.withArray("match").addObject().putObject("uri").put("prefix", "/" + i);
    }
    assertThat(check(root, List.of(delegate)).isCutShort()).isTrue();
  }

  @Test
  void moreNeighboursThanAreComparedAreNamed() {
    List<ObjectNode> others = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      others.add(boundToGateway("other-" + i));
    }
    assertThat(check(boundToGateway("web"), others).isCutShort()).isTrue();
    assertThat(check(boundToGateway("web"), others.subList(0, 20)).isCutShort()).isFalse();
  }

  @Test
  void anAnalysisEndsAtTheDeadline() {
    ObjectNode object = virtualService("web");
    ArrayNode http = (ArrayNode) object.path("spec").path("http");
    for (char letter = 'a'; letter <= 'f'; letter++) {
      uri(http.addObject(), "regex", "/.*" + letter + ".{18}");
    }
    AtomicLong clock = new AtomicLong();
    assertThatThrownBy(
            () ->
                Deadline.within(
                    clock::incrementAndGet, 5, () -> check(object, List.of()).isCutShort()))
        .isInstanceOf(DeadlineExceededException.class);
  }

  private static Report check(ObjectNode subject, List<ObjectNode> others) {
    List<Resource> objects = new ArrayList<>();
    objects.add(Resource.of(subject, "shop", Origin.NONE));
    others.forEach(other -> objects.add(Resource.of(other, "shop", Origin.NONE)));
    Report report = new Report(RULE, objects.get(0), Parameters.NONE);
    // At a Gateway that surely does not exist nothing would be compared.
    Predicate<Kind> complete = kind -> !kind.equals(Kind.GATEWAY);
    RULE.check(objects.get(0), new ObjectMesh(objects, complete, MeshFacts.UNKNOWN), report);
    report.findings();
    return report;
  }

  private static ObjectNode virtualService(String name) {
    ObjectNode object =
        JSON.objectNode().put("apiVersion", "networking.istio.io/v1").put("kind", "VirtualService");
    object.putObject("metadata").put("name", name).put("namespace", "shop");
    ObjectNode spec = object.putObject("spec");
    spec.putArray("hosts").add("web");
    spec.putArray("http");
    return object;
  }

  private static ObjectNode boundToGateway(String name) {
    ObjectNode object = virtualService(name);
    ((ObjectNode) object.path("spec")).putArray("gateways").add("edge");
    uri(((ArrayNode) object.path("spec").path("http")).addObject(), "prefix", "/" + name);
    return object;
  }

  private static void uri(ObjectNode route, String kind, String text) {
    route.putArray("match").addObject().putObject("uri").put(kind, text);
    route.putArray("route").addObject().putObject("destination").put("host", "web");
  }
}
