package io.meshguard.rules.resilience;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A forwarding route that relies on Istio's default retries, or that retries POST or PATCH after
 * the server may already have acted (istio
 * pilot/pkg/networking/core/route/retry/retry.go @1.5–1.30).
 */
public final class ImplicitRetries implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("implicit-retries")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(MeshConfig.READS)
          .reads(Kind.VIRTUAL_SERVICE)
          .mode(Mode.OFF)
          .fixes(Safety.UNSAFE)
          .faq(FaqEntry.RETRIES)
          .symptoms(Symptom.RETRIED_IN_VAIN)
          .parameter(Parameter.bool("keepSafe"))
          .build();

  /** RFC 9110 section 9.2.2. */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private static final String SAFE_RETRIES = "connect-failure,refused-stream,reset-before-request";

  /** Envoy knows {@code reset-before-request} from 1.31 on, which came with Istio 1.23. */
  private static final VersionRange KNOWS_RESET_BEFORE_REQUEST = VersionRange.from("1.23");

  private static final VersionRange RETRIES_503 = VersionRange.before("1.24");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    RetryDefaults defaults = RetryDefaults.of(mesh);
    boolean inherits = inheritsRetries(subject, mesh);
    for (Cursor route : subject.at("spec", "http").each()) {
      if (!forwards(route) || isIdempotent(route)) {
        continue;
      }
      Cursor retries = route.at("retries");
      if (retries.isPresent()) {
        if (isLimitedToUnsafeMethods(route)) {
          reportRisky(retries, report);
        }
      } else if (!defaults.harmless() && !inherits) {
        reportDefault(route, defaults, mesh, report);
      }
    }
  }

  /** A delegate without retries takes those of the route that refers to it, which may be unseen. */
  private static boolean inheritsRetries(Resource subject, Mesh mesh) {
    return VirtualServices.isDelegate(subject)
        && !VirtualServices.isDelegateWithoutRetries(subject, mesh);
  }

  private static void reportDefault(
      Cursor route, RetryDefaults defaults, Mesh mesh, Report report) {
    Versions istio = mesh.facts().istio();
    String key =
        switch (istio.in(RETRIES_503)) {
          case NOWHERE -> "found";
          case EVERYWHERE, SOMEWHERE -> "found-503";
          case UNKNOWN -> "found-any";
        };
    boolean keepSafe = report.parameters().isTrue("keepSafe");
    ObjectNode retries = JsonNodeFactory.instance.objectNode();
    if (keepSafe) {
      boolean reset = istio.in(KNOWS_RESET_BEFORE_REQUEST) == Applicability.EVERYWHERE;
      retries.put("attempts", 2);
      retries.put("retryOn", reset ? SAFE_RETRIES : "connect-failure,refused-stream");
    } else {
      retries.put("attempts", 0);
    }
    Report.Draft draft =
        defaults
            .own()
            .map(own -> report.say(route, "found-mesh", own.attempts()))
            .orElseGet(() -> report.say(route, key));
    draft
        .holds(defaults.where())
        .fix(
            Safety.UNSAFE,
            keepSafe ? "keep-safe" : "fix",
            List.of(new PatchOp.Add(route.at("retries").pointer(), retries)));
  }

  private static void reportRisky(Cursor retries, Report report) {
    long attempts = retries.at("attempts").integer().orElse(0);
    if (attempts <= 0) {
      return;
    }
    Cursor retryOn = retries.at("retryOn");
    if (!retryOn.isPresent() || retryOn.is("")) {
      report.say(retries, "risky-default").names("default");
      return;
    }
    RetryDefaults.risky(retryOn.text(""))
        .ifPresent(condition -> report.say(retryOn, "risky", condition).names(condition));
  }

  private static boolean forwards(Cursor route) {
    return route.at("route").isNonEmpty()
        && !route.at("redirect").isPresent()
        && !route.at("directResponse").isPresent()
        && !route.at("delegate").isPresent();
  }

  private static boolean isIdempotent(Cursor route) {
    List<Cursor> matches = route.at("match").each();
    return !matches.isEmpty() && matches.stream().allMatch(m -> isIdempotentMethod(m.at("method")));
  }

  /** Of regular expressions only a choice of names is read, as {@code GET|HEAD}. */
  private static boolean isIdempotentMethod(Cursor method) {
    Optional<String> exact = method.at("exact").text();
    if (exact.isPresent()) {
      return IDEMPOTENT.contains(exact.get());
    }
    String pattern = method.at("regex").text("");
    boolean group = pattern.startsWith("(") && pattern.endsWith(")");
    String choice = group ? pattern.substring(1, pattern.length() - 1) : pattern;
    return IDEMPOTENT.containsAll(List.of(choice.split("\\|", -1)));
  }

  private static boolean isLimitedToUnsafeMethods(Cursor route) {
    List<Cursor> matches = route.at("match").each();
    return !matches.isEmpty()
        && matches.stream()
            .map(m -> m.at("method", "exact"))
            .allMatch(method -> method.is("POST") || method.is("PATCH"));
  }
}
