package io.meshguard.admission;

import io.meshguard.change.Change;
import io.meshguard.change.ChangeReport;
import io.meshguard.change.Comparison;
import io.meshguard.change.Outcome;
import io.meshguard.change.Place;
import io.meshguard.change.Share;
import io.meshguard.deadline.Deadline;
import io.meshguard.deadline.DeadlineExceededException;
import io.meshguard.match.Budget;
import io.meshguard.match.Request;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Credentials;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells whoever updates an object that decides over routes which requests that moves. */
final class RouteChanges {

  private static final Set<Kind> KINDS =
      Set.of(Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE, Kind.GATEWAY);

  /** Lines in all; the last one counts what does not fit. */
  private static final int MOST_LINES = 3;

  /** Groups of proxies that are looked at. */
  private static final int MOST_PROXIES = 6;

  private static final long STEPS = 3_000_000;
  private static final long STEPS_PER_QUESTION = 600_000;

  private final ReviewMessages speech;
  private final boolean ownOnly;

  /**
   * @param ownOnly whether only objects may be named that the requester may see
   */
  RouteChanges(ReviewMessages speech, boolean ownOnly) {
    this.speech = speech;
    this.ownOnly = ownOnly;
  }

  /**
   * Returns at most three lines about what an update changes; none for other kinds of objects.
   *
   * @param nanos the most that it may take
   */
  List<String> of(Resource before, Resource after, Mesh mesh, long nanos) {
    if (!KINDS.contains(after.kind()) || before.at("spec").equals(after.at("spec"))) {
      return List.of();
    }
    try {
      ChangeReport report =
          Deadline.withinHalf(
              nanos,
              () ->
                  Comparison.of(
                      mesh,
                      before,
                      after,
                      new Budget(STEPS, STEPS_PER_QUESTION, () -> false),
                      MOST_PROXIES));
      return lines(report, after);
    } catch (DeadlineExceededException e) {
      return List.of(speech.say("announce.too-much"));
    }
  }

  private List<String> lines(ChangeReport report, Resource object) {
    List<Change> certain = report.changes().stream().filter(Change::certain).toList();
    if (ownOnly && object.kind().equals(Kind.GATEWAY)) {
      // The routes behind a Gateway are often those of other namespaces.
      return certain.isEmpty()
          ? List.of()
          : List.of(speech.say("announce.gateway", certain.size()));
    }
    List<String> lines = new ArrayList<>();
    int named = certain.size() > MOST_LINES ? MOST_LINES - 1 : certain.size();
    certain.stream().limit(named).forEach(change -> lines.add(line(change)));
    if (certain.size() > named) {
      lines.add(speech.say("announce.more", certain.size() - named));
    }
    return lines;
  }

  private String line(Change change) {
    Message.Verbatim requests = shown(requests(change));
    Message.Verbatim place = shown(place(change));
    if (change.isLimitsOnly()) {
      String limits =
          change.limits().stream()
              .map(limit -> limit.name())
              .filter(name -> !Credentials.isName(name))
              .collect(Collectors.joining(", "));
      return speech.say("announce.limits", requests, shown(limits), place);
    }
    return speech.say(
        "announce.moved",
        requests,
        shown(outcome(change.before())),
        shown(outcome(change.after())),
        place);
  }

  private static Message.Verbatim shown(String text) {
    return Message.verbatim(SafeText.escape(text));
  }

  /** The host is left out: it may be that of a route in another namespace. */
  private String requests(Change change) {
    if (change.request().isEmpty()) {
      return speech.say("announce.connections", change.where().get(0).port());
    }
    Request request = change.request().get();
    StringBuilder words = new StringBuilder(request.method()).append(' ').append(request.path());
    request
        .headers()
        .forEach(
            (name, values) ->
                words
                    .append(", ")
                    .append(name)
                    .append(": ")
                    .append(Credentials.isName(name) ? "***" : String.join(", ", values)));
    request
        .query()
        .forEach(
            (name, value) ->
                words
                    .append(", ?")
                    .append(name)
                    .append('=')
                    .append(Credentials.isName(name) ? "***" : value));
    return words.toString();
  }

  private static String place(Change change) {
    Place place =
        change.causes().stream()
            .filter(one -> !one.before())
            .findFirst()
            .or(() -> change.causes().stream().findFirst())
            .orElseThrow();
    StringBuilder path = new StringBuilder();
    for (String segment : place.pointer().toString().split("/")) {
      if (!segment.isEmpty()) {
        boolean index = segment.chars().allMatch(c -> c >= '0' && c <= '9');
        path.append(index ? "[" + segment + "]" : (path.isEmpty() ? "" : ".") + segment);
      }
    }
    return path.isEmpty() ? "spec" : path.toString();
  }

  private String outcome(Outcome outcome) {
    return switch (outcome.kind()) {
      case FORWARD ->
          outcome.shares().stream().map(RouteChanges::share).collect(Collectors.joining(" + "));
      case REDIRECT, TO_HTTPS, ANSWER, BLOCKED -> Integer.toString(outcome.status());
      case FAULT -> outcome.status() + " FI";
      case NO_ROUTE -> "404 NR";
      default -> speech.say("announce." + outcome.kind().name().toLowerCase(Locale.ROOT));
    };
  }

  private static String share(Share share) {
    String host = share.cluster().host();
    int at = host.indexOf(".svc.");
    String name = at > 0 ? host.substring(0, at) : host;
    String subset = share.cluster().subset().isEmpty() ? "" : "/" + share.cluster().subset();
    return switch (share.state()) {
      case USABLE -> name + subset;
      case EMPTY -> name + subset + " (503 UH)";
      case MISSING -> name + subset + " (503 NC)";
    };
  }
}
