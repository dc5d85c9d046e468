package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.engine.Engine;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Rule;
import io.meshguard.server.mesh.Watching;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * What a server keeps of its cluster is all that a rule would read: on every page and fixture a
 * rule finds the same with the mesh of a server as with the objects themselves, whether it is asked
 * about an object of a request or about one that is stored.
 */
final class LiveMeshTest {

  /**
   * Where it cannot be the same. The first two look into ConfigMaps outside of the mesh's root
   * namespaces, which servers do not read (docs/webhook.md says so); the last has an annotation
   * that is no text, which no API server stores.
   */
  private static final Set<String> NOT_LIVE =
      Set.of(
          "container-cleanup-job Deployment ops/script",
          "http10-client ConfigMap shop/sets-not",
          "ingress-behind-node-port Service shop/no-text");

  /** What no API server stores. */
  private static final Set<String> SAMPLES_NOT_LIVE = Set.of("booleans.yaml");

  @Test
  void rulesFindTheSameInTheMeshOfAServer() {
    int samples = 0;
    SoftAssertions softly = new SoftAssertions();
    for (Rule rule : Catalogue.rules()) {
      if (rule.info().linterOnly()) {
        continue;
      }
      List<Sample> all = new ArrayList<>(RulePage.read(rule.info().id()).samples());
      all.addAll(Fixtures.of(rule.info().id()));
      for (Sample sample : all) {
        if (!SAMPLES_NOT_LIVE.contains(sample.name())) {
          assertSame(rule, sample, softly);
          samples++;
        }
      }
    }
    softly.assertAll();
    assertThat(samples).isGreaterThan(200);
  }

  private static void assertSame(Rule rule, Sample sample, SoftAssertions softly) {
    List<Resource> objects = sample.objects().stream().map(LiveMeshTest::sent).toList();
    Mesh offline = sample.mesh(objects);
    Mesh kept = Watching.live(objects, sample.closed(), sample.facts(objects));
    Mesh live = sample.asked(kept);
    for (Resource object : objects) {
      boolean same = !NOT_LIVE.contains(rule.info().id() + " " + object.ref());
      if (!same || object.name().isEmpty() || !rule.info().subjects().contains(object.kind())) {
        continue;
      }
      List<String> expected = findings(rule, object, offline, sample);
      softly
          .assertThat(findings(rule, object, live, sample))
          .as("%s in %s, %s asked for", rule.info().id(), sample.name(), object.ref())
          .isEqualTo(expected);
      if (!object.kind().equals(Kind.CONFIG_MAP)) {
        Resource stored =
            kept.find(object.kind(), object.ref().namespace(), object.name()).found().orElseThrow();
        softly
            .assertThat(findings(rule, stored, live, sample))
            .as("%s in %s, %s stored", rule.info().id(), sample.name(), object.ref())
            .isEqualTo(expected);
      }
    }
  }

  /** Numbers that are whole are written as such on the way to an API server. */
  private static Resource sent(Resource object) {
    JsonNode tree = object.copy();
    whole(tree);
    return object.withTree(tree);
  }

  private static void whole(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(field -> object.set(field.getKey(), number(field.getValue())));
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, number(list.get(i)));
      }
    }
    node.forEach(LiveMeshTest::whole);
  }

  private static JsonNode number(JsonNode node) {
    boolean real =
        node.isFloatingPointNumber() && node.decimalValue().stripTrailingZeros().scale() <= 0;
    return real && node.canConvertToLong() ? LongNode.valueOf(node.longValue()) : node;
  }

  private static List<String> findings(Rule rule, Resource subject, Mesh mesh, Sample sample) {
    Subject asked = new Subject(subject, Map.of(), Optional.empty(), LocalDate.of(2026, 1, 1));
    Review review =
        new Review(
            Operation.LOOK,
            asked,
            Optional.empty(),
            false,
            mesh,
            new FixedSettings(Mode.DENY, sample.parameters()));
    return new Engine(List.of(rule))
        .judge(review).judged().stream()
            .map(
                judged ->
                    judged.mode().text()
                        + " "
                        + judged.finding().fingerprint()
                        + " "
                        + Headline.of(judged.finding(), Language.EN))
            .toList();
  }
}
