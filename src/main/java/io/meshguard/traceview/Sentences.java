package io.meshguard.traceview;

import io.meshguard.match.Condition;
import io.meshguard.match.Dimension;
import io.meshguard.match.ValueMatch;
import io.meshguard.route.Assumptions.Question;
import io.meshguard.route.ClusterState;
import io.meshguard.rule.Language;
import io.meshguard.trace.Outcome;
import io.meshguard.trace.Step;
import java.util.ArrayList;
import java.util.List;

/** What is decided, and what comes of it, in words. */
public final class Sentences {

  private final Say say;

  /** Makes sentences of a language. */
  public Sentences(Language language) {
    this.say = new Say(language);
  }

  /** Returns what a step decides. */
  public String step(Step step) {
    List<String> words = new ArrayList<>(step.words());
    while (words.size() < 4) {
      words.add("");
    }
    return switch (step.kind()) {
      case LIMITS -> limits(step);
      case CHAIN -> chain(step);
      case NO_VIRTUAL_HOST ->
          say.say(
              step.words().size() > 1 ? "step.UNREGISTERED_HOST" : "step.NO_VIRTUAL_HOST",
              words.get(0));
      case ROUTE -> route(step);
      case WOULD_TAKE -> say.say("wouldTake", Places.all(step.places().get(0)));
      case DESTINATION ->
          words.get(1).equals("100")
              ? say.say("step.DESTINATION", words.get(0))
              : say.say("step.DESTINATION.share", words.get(0), words.get(1));
      default -> say.say("step." + step.kind(), words.toArray());
    };
  }

  private String route(Step step) {
    String place = step.places().isEmpty() ? "" : Places.field(step.places().get(0));
    String object = step.places().isEmpty() ? "" : Places.object(step.places().get(0));
    if (place.isEmpty()) {
      return say.say("step.ROUTE.own", step.words().get(0));
    }
    return step.places().size() > 1
        ? say.say(
            "step.ROUTE.delegate",
            object,
            place,
            Places.object(step.places().get(1)),
            Places.field(step.places().get(1)))
        : say.say("step.ROUTE", object, place);
  }

  private String chain(Step step) {
    String names = step.words().get(0);
    String host = step.words().get(1);
    if (!step.places().isEmpty()) {
      return say.say(
          "step.CHAIN", Places.object(step.places().get(0)), Places.field(step.places().get(0)));
    }
    return names.isEmpty()
        ? say.say("step.CHAIN.own", host)
        : say.say("step.CHAIN.name", host, names);
  }

  private String limits(Step step) {
    String timeout = step.words().get(0);
    String attempts = step.words().get(1);
    String perTry = step.words().get(2);
    String first =
        timeout.isEmpty() ? say.say("limits.timeout.none") : say.say("limits.timeout", timeout);
    String second =
        attempts.equals("0")
            ? say.say("limits.retries.none")
            : say.say("limits.retries." + step.words().get(3), attempts);
    String third = perTry.isEmpty() ? "" : say.say("limits.perTry", perTry);
    return say.say("step.LIMITS", first, second, third);
  }

  /** Returns why something was not chosen. */
  public String passed(Step.Passed passed) {
    String what = Places.object(passed.place());
    String field = Places.field(passed.place());
    String place = field.isEmpty() ? what : field;
    return passed
        .condition()
        .map(condition -> say.say("passed.CONDITION", place, condition(condition)))
        .orElseGet(() -> say.say("passed." + passed.reason(), place));
  }

  /** Returns what a condition asks for. */
  public String condition(Condition condition) {
    String key = condition.negated() ? "condition.not" : "condition";
    return say.say(key, dimension(condition.dimension()), test(condition.test()));
  }

  private String dimension(Dimension dimension) {
    return dimension.name().isEmpty()
        ? say.say("dimension." + dimension.kind())
        : say.say("dimension." + dimension.kind(), dimension.name());
  }

  private String test(ValueMatch test) {
    if (test instanceof ValueMatch.Exact exact) {
      return say.say("test.exact", exact.text());
    }
    if (test instanceof ValueMatch.Prefix prefix) {
      return say.say("test.prefix", prefix.text());
    }
    if (test instanceof ValueMatch.Regex regex) {
      return say.say("test.regex", regex.pattern());
    }
    if (test instanceof ValueMatch.OneOf oneOf) {
      return say.say("test.oneOf", String.join(", ", oneOf.texts()));
    }
    if (test instanceof ValueMatch.OrEmpty orEmpty) {
      return test(orEmpty.inner());
    }
    return test instanceof ValueMatch.Opaque opaque
        ? say.say("test.opaque", opaque.name())
        : say.say("test.present");
  }

  /** Returns what comes of a request. */
  public String outcome(Outcome outcome) {
    if (outcome instanceof Outcome.Forwarded forwarded) {
      String to = forwarded.cluster().host() + ":" + forwarded.cluster().port();
      String subset = forwarded.cluster().subset();
      String where = subset.isEmpty() ? to : say.say("outcome.subset", to, subset);
      return forwarded.workloads().isEmpty()
          ? say.say("outcome.forwarded", where)
          : say.say("outcome.forwarded.to", where, String.join(", ", forwarded.workloads()));
    }
    if (outcome instanceof Outcome.PassedThrough passed) {
      return passed
          .service()
          .map(host -> say.say("outcome.passed.to", host))
          .orElseGet(() -> say.say("outcome.passed"));
    }
    if (outcome instanceof Outcome.Redirected redirected) {
      return say.say(
          "outcome.redirected", Integer.toString(redirected.status()), redirected.location());
    }
    if (outcome instanceof Outcome.Answered answered) {
      return say.say("outcome.answered", Integer.toString(answered.status()));
    }
    if (outcome instanceof Outcome.Aborted aborted) {
      return say.say("outcome.aborted", Integer.toString(aborted.status()));
    }
    if (outcome instanceof Outcome.NotFound found) {
      return say.say(found.host() ? "outcome.noRoute" : "outcome.noHost");
    }
    if (outcome instanceof Outcome.NoCluster none) {
      return say.say(
          none.http() ? "outcome.noCluster" : "outcome.noCluster.tcp",
          none.cluster().toString(),
          cause(none.missing()));
    }
    if (outcome instanceof Outcome.NoEndpoint none) {
      return say.say(
          none.http() ? "outcome.noEndpoint" : "outcome.noEndpoint.tcp", none.cluster().toString());
    }
    if (outcome instanceof Outcome.Blocked blocked) {
      return say.say(blocked.http() ? "outcome.blocked" : "outcome.blocked.tcp");
    }
    if (outcome instanceof Outcome.Direct direct) {
      return direct
          .service()
          .map(host -> say.say("outcome.direct.to", host))
          .orElseGet(() -> say.say("outcome.direct"));
    }
    if (outcome instanceof Outcome.UnknownMethod) {
      return say.say("outcome.unknownMethod");
    }
    if (outcome instanceof Outcome.TooLarge) {
      return say.say("outcome.tooLarge");
    }
    if (outcome instanceof Outcome.TooOld old) {
      return say.say(old.atServer() ? "outcome.tooOld.server" : "outcome.tooOld");
    }
    if (outcome instanceof Outcome.Refused refused) {
      return say.say("outcome.refused." + refused.refusal());
    }
    return say.say(outcome instanceof Outcome.Opened ? "outcome.opened" : "outcome.unusable");
  }

  private String cause(ClusterState.Missing missing) {
    List<Object> words = new ArrayList<>(missing.names());
    while (words.size() < 2) {
      words.add("");
    }
    return say.say("cause." + missing.cause(), words.toArray());
  }

  /** Returns what is taken for granted, or its contrary. */
  public String assumption(Question question, boolean holds) {
    List<Object> words = new ArrayList<>(question.about());
    while (words.size() < 2) {
      words.add("");
    }
    return say.say((holds ? "assumed." : "assumed.not.") + question.subject(), words.toArray());
  }

  /** Returns why an answer is doubtful. */
  public String doubt(Question doubt) {
    List<Object> words = new ArrayList<>(doubt.about());
    while (words.size() < 2) {
      words.add("");
    }
    return say.say("doubt." + doubt.subject(), words.toArray());
  }
}
