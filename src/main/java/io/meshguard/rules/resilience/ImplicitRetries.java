package io.meshguard.rules.resilience;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshConfig;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Holds;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.PatchOp;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import java.util.List;
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
          .mode(Mode.OFF)
          .fixes(Safety.UNSAFE)
          .faq(FaqEntry.RETRIES)
          .parameter(Parameter.bool("keepSafe"))
          .build();

  /** RFC 9110 section 9.2.2. */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  /** Conditions under which the server may have acted before the failure was seen. */
  private static final Set<String> RISKY =
      Set.of(
          "5xx",
          "gateway-error",
          "reset",
          "retriable-4xx",
          "retriable-status-codes",
          "retriable-headers",
          "envoy-ratelimited",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

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
    if (defaultRetriesAreOff(mesh)) {
      return;
    }
    for (Cursor route : subject.at("spec", "http").each()) {
      if (!forwards(route) || isIdempotent(route)) {
        continue;
      }
      Cursor retries = route.at("retries");
      if (!retries.isPresent()) {
        reportDefault(route, mesh, report);
      } else if (isLimitedToUnsafeMethods(route)) {
        reportRisky(retries, report);
      }
    }
  }

  private static void reportDefault(Cursor route, Mesh mesh, Report report) {
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
      boolean reset = istio.in(KNOWS_RESET_BEFORE_REQUEST) == Holds.EVERYWHERE;
      retries.put("attempts", 2);
      retries.put("retryOn", reset ? SAFE_RETRIES : "connect-failure,refused-stream");
    } else {
      retries.put("attempts", 0);
    }
    report
        .say(route, key)
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
    String retryOn = retries.at("retryOn").text("");
    if (retryOn.isBlank()) {
      report.say(retries, "risky-default").names("default");
      return;
    }
    for (String condition : retryOn.split(",")) {
      String trimmed = condition.strip();
      if (RISKY.contains(trimmed) || isStatusCode(trimmed)) {
        report.say(retries.at("retryOn"), "risky", trimmed).names(trimmed);
        return;
      }
    }
  }

  private static boolean defaultRetriesAreOff(Mesh mesh) {
    List<MeshConfig> configs = MeshConfig.all(mesh);
    return !configs.isEmpty()
        && configs.stream()
            .map(c -> c.config().at("defaultHttpRetryPolicy"))
            .allMatch(
                policy -> policy.isObject() && policy.at("attempts").integer().orElse(0) == 0);
  }

  private static boolean forwards(Cursor route) {
    return route.at("route").isNonEmpty()
        && !route.at("redirect").isPresent()
        && !route.at("directResponse").isPresent()
        && !route.at("delegate").isPresent();
  }

  private static boolean isIdempotent(Cursor route) {
    List<Cursor> matches = route.at("match").each();
    return !matches.isEmpty()
        && matches.stream()
            .allMatch(m -> m.at("method", "exact").text().filter(IDEMPOTENT::contains).isPresent());
  }

  private static boolean isLimitedToUnsafeMethods(Cursor route) {
    List<Cursor> matches = route.at("match").each();
    return !matches.isEmpty()
        && matches.stream()
            .map(m -> m.at("method", "exact"))
            .allMatch(method -> method.is("POST") || method.is("PATCH"));
  }

  private static boolean isStatusCode(String text) {
    return text.length() == 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
