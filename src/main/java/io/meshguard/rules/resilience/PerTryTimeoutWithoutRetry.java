package io.meshguard.rules.resilience;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.GoDuration;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.FieldPatch;
import io.meshguard.rule.Report;
import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A time limit for each try that is no reason for another one. Envoy repeats a try that took too
 * long under the conditions {@code 5xx}, {@code gateway-error} and {@code reset} alone, of which
 * Istio's own list has none; and it drops a limit that is not below that of the whole request (seen
 * on Envoy 1.36 and 1.40).
 */
public final class PerTryTimeoutWithoutRetry implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("per-try-timeout-without-retry")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Kind.VIRTUAL_SERVICE)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.RETRIES)
          .symptoms(Symptom.of(504, "upstream_per_try_timeout", ResponseFlag.UT), Symptom.TIMEOUT)
          .build();

  private static final Set<String> REPEAT_SLOW = Set.of("5xx", "gateway-error", "reset");
  private static final String ADDED = "gateway-error";

  /** Istio's own list; up to 1.23 also status 503, which {@code gateway-error} holds. */
  private static final String DEFAULTS = "connect-failure,refused-stream,unavailable,cancelled";

  /** Headers by which a request says itself when it is to be repeated. */
  private static final String OWN_WISH = "x-envoy-retry-";

  /** Routes of other VirtualServices that are looked at. */
  private static final int MOST_ROUTES = 20_000;

  private static final int MOST_ROOTS = 100;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Checker checker = new Checker(subject, mesh, report);
    subject.at("spec", "http").each().forEach(checker::check);
    if (checker.budget.isOver()) {
      report.cutShort();
    }
  }

  /** Looks at the routes of one VirtualService. */
  private static final class Checker {

    private final Resource subject;
    private final Mesh mesh;
    private final Report report;
    private final WorkBudget budget = new WorkBudget(MOST_ROUTES);
    private final Map<String, List<Cursor>> delegates = new HashMap<>();
    private Optional<List<Cursor>> rootTimeouts = Optional.empty();
    private boolean rootsRead;

    private Checker(Resource subject, Mesh mesh, Report report) {
      this.subject = subject;
      this.mesh = mesh;
      this.report = report;
    }

    private void check(Cursor route) {
      Cursor retries = route.at("retries");
      Cursor perTry = retries.at("perTryTimeout");
      long limit = millis(perTry);
      if (limit <= 0 || retries.at("attempts").integer().orElse(0) <= 0 || answers(route)) {
        return;
      }
      List<Optional<Cursor>> timeouts = timeouts(route);
      if (timeouts.isEmpty()) {
        return;
      }
      boolean dropped =
          timeouts.stream()
              .allMatch(timeout -> timeout.filter(t -> isWithin(t, limit)).isPresent());
      if (dropped) {
        String whole = timeouts.get(0).map(at -> at.text("")).orElse("");
        report.say(perTry, "not-below", perTry.text(""), whole).advice("lower", whole);
      } else if (timeouts.stream().noneMatch(t -> t.filter(at -> isWithin(at, limit)).isPresent())
          && repeatsNothingSlow(retries.at("retryOn"))
          && !saysItself(route)) {
        reportSlow(retries, perTry);
      }
    }

    private void reportSlow(Cursor retries, Cursor perTry) {
      String own = retries.at("retryOn").text("");
      String more = (own.isEmpty() ? DEFAULTS : own) + "," + ADDED;
      report
          .say(perTry, "found", perTry.text(""))
          .names(own)
          .fix(
              Safety.UNSAFE,
              "fix",
              FieldPatch.put(retries, JsonNodeFactory.instance.textNode(more), "retryOn"),
              more);
    }

    /**
     * Returns the time limits that hold together with the retries of a route, one for each route
     * that has them in the end; none where no such route is known. A limit is empty where there is
     * none or it is not known.
     */
    private List<Optional<Cursor>> timeouts(Cursor route) {
      Cursor own = route.at("timeout");
      if (!route.at("delegate").isPresent()) {
        return own.isPresent() || !VirtualServices.isDelegate(subject)
            ? List.of(Optional.of(own))
            : ofRoots();
      }
      List<Optional<Cursor>> timeouts = new ArrayList<>();
      for (Cursor other : routesOf(route)) {
        if (!budget.take(1)) {
          return List.of();
        }
        if (!other.at("retries").isPresent() && !answers(other)) {
          Cursor theirs = other.at("timeout");
          timeouts.add(Optional.of(theirs.isPresent() ? theirs : own));
        }
      }
      return timeouts;
    }

    /** What a delegate leaves open its roots say, of which any may come later. */
    private List<Optional<Cursor>> ofRoots() {
      if (!rootsRead) {
        rootsRead = true;
        rootTimeouts = VirtualServices.allRoots(subject, MOST_ROOTS, mesh).map(this::readTimeouts);
      }
      return rootTimeouts
          .filter(all -> !all.isEmpty() && budget.take(all.size()))
          .map(all -> all.stream().map(Optional::of).toList())
          .orElse(List.of(Optional.empty()));
    }

    private List<Cursor> readTimeouts(List<Resource> roots) {
      List<Cursor> timeouts = new ArrayList<>();
      for (Resource root : roots) {
        for (Cursor route : root.at("spec", "http").each()) {
          if (!budget.take(1)) {
            return List.of();
          }
          if (VirtualServices.delegatesTo(route, root, subject)) {
            timeouts.add(route.at("timeout"));
          }
        }
      }
      return timeouts;
    }

    /** Many routes may name one delegate, whose routes are listed once. */
    private List<Cursor> routesOf(Cursor route) {
      return delegates.computeIfAbsent(
          VirtualServices.delegateKey(route, subject),
          key ->
              VirtualServices.delegate(route, subject, mesh)
                  .found()
                  .map(delegate -> delegate.at("spec", "http").each())
                  .orElse(List.of()));
    }
  }

  private static boolean answers(Cursor route) {
    return route.at("redirect").isPresent() || route.at("directResponse").isPresent();
  }

  private static boolean isWithin(Cursor timeout, long limit) {
    long whole = millis(timeout);
    return whole > 0 && whole <= limit;
  }

  private static long millis(Cursor duration) {
    return GoDuration.millis(duration.text("")).orElse(0);
  }

  /** What Istio refuses is for another rule. */
  private static boolean repeatsNothingSlow(Cursor retryOn) {
    if (!retryOn.isPresent() || retryOn.is("")) {
      return true;
    }
    RetryConditions conditions = RetryConditions.of(retryOn.text(""));
    return retryOn.text().isPresent()
        && !conditions.isPadded()
        && conditions.distinct().stream()
            .allMatch(
                word ->
                    !REPEAT_SLOW.contains(word)
                        && (RetryConditions.isWord(word) || RetryConditions.isStatus(word)));
  }

  private static boolean saysItself(Cursor route) {
    return Stream.concat(Stream.of(route), route.at("route").each().stream())
        .map(at -> at.at("headers", "request"))
        .flatMap(headers -> Stream.of(headers.at("set"), headers.at("add")))
        .flatMap(headers -> headers.fields().stream())
        .anyMatch(header -> header.name().toLowerCase(Locale.ROOT).startsWith(OWN_WISH));
  }
}
