package io.meshguard.traceview;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.route.Assumptions.Question;
import io.meshguard.rule.Language;
import io.meshguard.rule.SafeText;
import io.meshguard.trace.Call;
import io.meshguard.trace.Outcome;
import io.meshguard.trace.Place;
import io.meshguard.trace.Step;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.TraceResult.Branch;
import io.meshguard.trace.TraceResult.Share;
import io.meshguard.yaml.Position;
import java.util.Locale;

/** A trace for programs; {@code docs/schema/trace.schema.json} describes it. */
public final class TraceJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Sentences sentences;

  /** Makes JSON whose sentences are in a language. */
  public TraceJson(Language language) {
    this.sentences = new Sentences(language);
  }

  /** Returns the tree of a trace. */
  public ObjectNode tree(TraceResult trace) {
    ObjectNode tree = JSON.objectNode();
    tree.set("request", request(trace.call()));
    tree.putObject("entry")
        .put("type", trace.proxy().type().name().toLowerCase(Locale.ROOT))
        .put("namespace", trace.proxy().namespace())
        .put("name", trace.proxy().name());
    tree.put("certain", trace.certain());
    ArrayNode branches = tree.putArray("branches");
    trace.branches().forEach(branch -> branches.add(branch(branch)));
    ArrayNode doubts = tree.putArray("doubts");
    trace.doubts().stream()
        .sorted((one, other) -> one.toString().compareTo(other.toString()))
        .forEach(
            doubt ->
                doubts
                    .addObject()
                    .put("about", word(doubt.subject()))
                    .put("message", sentences.doubt(doubt)));
    return tree;
  }

  private static ObjectNode request(Call call) {
    ObjectNode request = JSON.objectNode().put("text", call.title());
    request.put("protocol", word(call.wire()));
    if (call.wire().isHttp()) {
      request.put("method", call.method());
      request.put("scheme", call.scheme());
      request.put("authority", call.authority());
      request.put("path", call.path());
    }
    request.put("host", call.host()).put("port", call.port());
    call.serverName().ifPresent(name -> request.put("serverName", name));
    return request;
  }

  private ObjectNode branch(Branch branch) {
    ObjectNode tree = JSON.objectNode();
    ArrayNode versions = tree.putArray("istioVersions");
    branch.versions().stream().map(Object::toString).sorted().forEach(versions::add);
    ArrayNode assumed = tree.putArray("assumed");
    branch
        .assumed()
        .forEach(
            (Question question, Boolean holds) ->
                assumed
                    .addObject()
                    .put("about", word(question.subject()))
                    .put("holds", holds)
                    .put("message", sentences.assumption(question, holds)));
    ArrayNode outcomes = tree.putArray("outcomes");
    branch.shares().forEach(share -> outcomes.add(outcome(share)));
    ArrayNode steps = tree.putArray("steps");
    branch.steps().forEach(step -> steps.add(step(step)));
    return tree;
  }

  private ObjectNode outcome(Share share) {
    Outcome outcome = share.outcome();
    ObjectNode tree = JSON.objectNode().put("percent", share.percent());
    tree.put("kind", kind(outcome));
    tree.put("error", Severity.isError(outcome));
    if (outcome.status() > 0) {
      tree.put("status", outcome.status());
    }
    tree.put("flag", outcome.flag());
    if (outcome instanceof Outcome.Forwarded forwarded) {
      tree.put("host", forwarded.cluster().host());
      tree.put("port", forwarded.cluster().port());
      tree.put("subset", forwarded.cluster().subset());
      tree.put("cluster", forwarded.cluster().toString());
      tree.put("upstreamAuthority", forwarded.authority());
      tree.put("upstreamPath", forwarded.path());
      ArrayNode workloads = tree.putArray("workloads");
      forwarded.workloads().forEach(workloads::add);
    } else if (outcome instanceof Outcome.Redirected redirected) {
      tree.put("location", redirected.location());
    } else if (outcome instanceof Outcome.NoCluster none) {
      tree.put("cluster", none.cluster().toString());
      tree.put("cause", word(none.missing().cause()));
    } else if (outcome instanceof Outcome.NoEndpoint none) {
      tree.put("cluster", none.cluster().toString());
    } else if (outcome instanceof Outcome.PassedThrough passed) {
      passed.service().ifPresent(host -> tree.put("host", host));
    } else if (outcome instanceof Outcome.Direct direct) {
      direct.service().ifPresent(host -> tree.put("host", host));
    } else if (outcome instanceof Outcome.Refused refused) {
      tree.put("cause", word(refused.refusal()));
    }
    return tree.put("message", sentences.outcome(outcome));
  }

  private static String kind(Outcome outcome) {
    String name = outcome.getClass().getSimpleName();
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  private ObjectNode step(Step step) {
    ObjectNode tree = JSON.objectNode().put("kind", word(step.kind()));
    tree.put("message", sentences.step(step));
    ArrayNode places = tree.putArray("places");
    step.places().forEach(place -> places.add(place(place)));
    ArrayNode passed = tree.putArray("notChosen");
    step.passed()
        .forEach(
            one ->
                passed
                    .addObject()
                    .put("reason", word(one.reason()))
                    .put("message", sentences.passed(one))
                    .set("place", place(one.place())));
    return tree;
  }

  private static ObjectNode place(Place place) {
    ObjectNode tree = JSON.objectNode();
    tree.put("kind", place.object().kind().name());
    tree.put("namespace", place.object().namespace());
    tree.put("name", place.object().name());
    tree.put("path", place.pointer().toString());
    String file = place.object().origin().file();
    if (!file.isEmpty()) {
      tree.put("file", SafeText.escape(file));
      place.object().origin().position(place.pointer()).ifPresent(at -> at(at, tree));
    }
    return tree;
  }

  private static void at(Position position, ObjectNode tree) {
    tree.put("line", position.line()).put("column", position.column());
  }

  /** Names of constants are written as Kubernetes writes reasons. */
  private static String word(Enum<?> constant) {
    StringBuilder word = new StringBuilder();
    for (String part : constant.name().split("_", -1)) {
      String lower = part.toLowerCase(Locale.ROOT);
      word.append(
          word.isEmpty()
              ? lower
              : lower.isEmpty()
                  ? lower
                  : lower.substring(0, 1).toUpperCase(Locale.ROOT) + lower.substring(1));
    }
    return word.toString();
  }
}
