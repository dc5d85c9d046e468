package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Review;
import io.meshguard.lint.Lint;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Rule;
import io.meshguard.rule.SafeText;
import io.meshguard.trace.Place;
import io.meshguard.trace.TraceResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the rules find in the objects on the way of a call. */
final class WayFindings {

  private static final int MOST = 10;

  private final World world;
  private final Lint lint;
  private final Console console;
  private final IdentityHashMap<Resource, List<GradedFinding>> known = new IdentityHashMap<>();
  private @Nullable Map<String, Review> reviews;

  WayFindings(World world, List<Rule> rules, Console console) {
    this.world = world;
    this.lint = new Lint(new Engine(rules), world.context(), false, console.today());
    this.console = console;
  }

  /** Returns a line for each finding, at most ten. */
  List<String> of(TraceResult trace) {
    return all(trace).stream()
        .map(
            one ->
                console.say(
                    "trace.finding",
                    SafeText.escape(one.mode().text()),
                    Headline.of(one.finding(), console.language())))
        .map(SafeText::escape)
        .toList();
  }

  /** Returns the findings as JSON. */
  ArrayNode json(TraceResult trace) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    all(trace)
        .forEach(
            one ->
                list.addObject()
                    .put("rule", one.finding().rule().id())
                    .put("mode", one.mode().text())
                    .put("object", one.finding().object().ref().toString())
                    .put("path", one.finding().path().toString())
                    .put("message", Headline.of(one.finding(), console.language())));
    return list;
  }

  private List<GradedFinding> all(TraceResult trace) {
    Set<Resource> objects = Collections.newSetFromMap(new IdentityHashMap<>());
    trace.branches().stream()
        .flatMap(branch -> branch.steps().stream())
        .flatMap(step -> step.places().stream())
        .map(Place::object)
        .forEach(objects::add);
    List<GradedFinding> all = new ArrayList<>();
    for (Resource object : objects) {
      all.addAll(known.computeIfAbsent(object, this::judged));
    }
    return all.subList(0, Math.min(MOST, all.size()));
  }

  private List<GradedFinding> judged(Resource object) {
    Map<String, Review> made = reviews;
    if (made == null) {
      Map<String, Review> known = new HashMap<>();
      List<Resource> objects = world.objects().isEmpty() ? world.around() : world.objects();
      List<Resource> around = world.objects().isEmpty() ? List.of() : world.around();
      lint.review(objects, around, review -> known.put(key(review.subject().object()), review));
      made = known;
      reviews = known;
    }
    Review review = made.get(key(object));
    return review == null
        ? List.of()
        : lint.engine().judge(review).judged().stream().filter(one -> !one.exempt()).toList();
  }

  private static String key(Resource object) {
    return object.kind().name() + " " + object.ref().path();
  }
}
