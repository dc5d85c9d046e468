package io.meshguard.rules.resilience;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Retries that contradict themselves or what the route does: without attempts there are none (istio
 * pilot/pkg/networking/core/route/retry/retry.go {@code ConvertPolicy} @1.30.3), and what is not
 * forwarded is never retried. Istio refuses an entry that does nothing with a request.
 */
public final class ContradictoryRetries implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("contradictory-retries")
          .subjects(Kind.VIRTUAL_SERVICE)
          .faq(FaqEntry.RETRIES)
          .symptoms(Symptom.fromServer(503))
          .hides(Symptom.RETRIED_IN_VAIN)
          .build();

  /** Fields that Istio refuses where retries are off. */
  private static final List<String> REFUSED =
      List.of("retryOn", "perTryTimeout", "retryRemoteLocalities");

  private static final List<String> ACCEPTED = List.of("retryIgnorePreviousHosts", "backoff");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    for (Cursor route : subject.at("spec", "http").each()) {
      if (route.isObject()) {
        checkRoute(route, report);
      }
    }
  }

  private static void checkRoute(Cursor route, Report report) {
    boolean answers = route.at("redirect").isPresent() || route.at("directResponse").isPresent();
    if (!answers && !route.at("route").isNonEmpty() && !route.at("delegate").isPresent()) {
      report.say(route, "no-action");
    }
    Cursor retries = route.at("retries");
    Cursor attempts = retries.at("attempts");
    Optional<String> wish = wish(retries);
    OptionalLong count = attempts.integer();
    boolean on = count.orElse(0) > 0;
    if (answers && (on || wish.isPresent())) {
      String field = route.at("redirect").isPresent() ? "redirect" : "directResponse";
      report.say(retries, "not-forwarded", Message.verbatim(field));
    } else if (wish.isPresent() && count.isPresent() && !on) {
      String key = isRefused(wish.get()) ? "off-refused" : "off";
      report.say(attempts, key, Message.verbatim(wish.get()), count.getAsLong());
    } else if (wish.isPresent() && !attempts.isPresent()) {
      String key = isRefused(wish.get()) ? "no-attempts-refused" : "no-attempts";
      report.say(retries, key, Message.verbatim(wish.get()));
    } else if (on && !route.at("delegate").isPresent() && abortsAll(route.at("fault", "abort"))) {
      report.say(retries, "aborted");
    }
  }

  /** What is injected is answered before anything is forwarded. */
  private static boolean abortsAll(Cursor abort) {
    boolean answers =
        abort.at("httpStatus").integer().isPresent() || abort.at("grpcStatus").isPresent();
    Cursor share = abort.at("percentage", "value");
    return answers && share.node().isNumber() && share.node().doubleValue() >= 100;
  }

  private static boolean isRefused(String field) {
    return REFUSED.contains(field);
  }

  /** Returns a field that says how to retry, if there is one; first what Istio refuses. */
  private static Optional<String> wish(Cursor retries) {
    return Stream.concat(REFUSED.stream(), ACCEPTED.stream())
        .filter(field -> says(retries.at(field)))
        .findFirst();
  }

  private static boolean says(Cursor field) {
    return field.isPresent() && !field.is("");
  }
}
