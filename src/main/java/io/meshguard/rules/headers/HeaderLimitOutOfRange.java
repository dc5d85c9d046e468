package io.meshguard.rules.headers;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A limit on the size of request headers that Envoy does not take: it refuses the whole listener
 * then (envoy http_connection_manager.proto, {@code max_request_headers_kb}: 1 to 96 up to Envoy
 * 1.18, 1 to 8192 since Envoy 1.19, which came with Istio 1.11).
 */
public final class HeaderLimitOutOfRange implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("header-limit-out-of-range")
          .subjects(Kind.ENVOY_FILTER)
          .mode(Mode.DENY)
          .faq(FaqEntry.HEADER_TOO_LARGE)
          .symptoms(Symptom.NO_ANSWER, Symptom.LARGE_HEADERS)
          .build();

  private static final VersionRange LOW_CEILING = VersionRange.before("1.11");

  /** The field is an unsigned number of 32 bits; Istio refuses anything else. */
  private static final long LARGEST = 0xFFFFFFFFL;

  private static final long MOST = 8192;
  private static final long MOST_BEFORE = 96;
  private static final int LONGEST_NUMBER = 40;

  /** Expressions for versions that are compiled. */
  private static final int MOST_GUARDS = 100;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Map<String, Applicability> low = new HashMap<>();
    for (EnvoyPatch patch : EnvoyPatch.of(subject)) {
      if (patch.operation().is("REMOVE")) {
        continue;
      }
      // the same limit elsewhere, or for other proxies, does harm that it did not do before
      for (Cursor message : HeaderLimit.messages(patch, report)) {
        if (EnvoyPatch.isConnectionManager(message)) {
          check(patch, HeaderLimit.of(message), low, mesh, report)
              .ifPresent(
                  draft ->
                      draft
                          .names(patch.at().at("applyTo"))
                          .names(patch.at().at("match"))
                          .names(subject.at("spec", "workloadSelector"))
                          .names(subject.at("spec", "targetRefs")));
        }
      }
    }
  }

  /**
   * Checks a limit.
   *
   * @param low where the low ceiling holds by the guard of a patch: each is compiled once
   */
  private static Optional<Report.Draft> check(
      EnvoyPatch patch, Cursor limit, Map<String, Applicability> low, Mesh mesh, Report report) {
    if (!limit.isPresent()) {
      return Optional.empty();
    }
    Optional<BigDecimal> number = number(limit.node());
    String shown = limit.node().isContainerNode() ? "…" : limit.node().asText();
    if (number.isEmpty()) {
      return Optional.of(report.say(limit, "not-integer", shown));
    }
    if (number.get().signum() < 0 || number.get().compareTo(BigDecimal.valueOf(LARGEST)) > 0) {
      return Optional.of(report.say(limit, "no-such-number", shown));
    }
    if (number.get().signum() == 0) {
      return Optional.of(report.say(limit, "too-low", shown));
    }
    if (number.get().compareTo(BigDecimal.valueOf(MOST)) > 0) {
      return Optional.of(report.say(limit, "too-high", shown));
    }
    if (number.get().compareTo(BigDecimal.valueOf(MOST_BEFORE)) <= 0) {
      return Optional.empty();
    }
    if (low.size() >= MOST_GUARDS && !low.containsKey(patch.guard())) {
      report.cutShort();
      return Optional.empty();
    }
    Applicability holds =
        low.computeIfAbsent(patch.guard(), guard -> patch.in(LOW_CEILING, mesh.facts().istio()));
    return holds.isMet()
        ? Optional.of(report.say(limit, "too-high-before", shown).holds(holds))
        : Optional.empty();
  }

  /** Reads a whole number as JSON for protocol buffers does: also {@code 96.0} and {@code "96"}. */
  private static Optional<BigDecimal> number(JsonNode node) {
    boolean finite = node.isNumber() && Double.isFinite(node.doubleValue());
    String text = finite || node.isTextual() ? node.asText() : "";
    if (text.isEmpty() || text.length() > LONGEST_NUMBER) {
      return Optional.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text);
      return Optional.of(number).filter(n -> n.stripTrailingZeros().scale() <= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
