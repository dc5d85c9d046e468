package io.meshguard.rules.resilience;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.EnvoyPatch;
import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
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
 * Words in {@code retryOn} that Istio refuses in a VirtualService, and that Envoy ignores where
 * nothing checks them: in the mesh configuration and in an EnvoyFilter (istio
 * pilot/pkg/networking/core/route/retry/retry.go {@code parseRetryOn} @1.30.3).
 */
public final class InvalidRetryCondition implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("invalid-retry-condition")
          .deniedInFiles()
          .subjects(Kind.VIRTUAL_SERVICE, Kind.CONFIG_MAP, Kind.ENVOY_FILTER)
          .fixes(Safety.SAFE, Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.RETRIES)
          .symptoms(Symptom.fromServer(503))
          .hides(Symptom.RETRIED_IN_VAIN)
          .build();

  private static final VersionRange IGNORES_MESH_CONFIG = VersionRange.before("1.12");

  /** What of Envoy holds routes, or filters that hold them. */
  private static final Set<String> WITH_ROUTES =
      Set.of(
          "ROUTE_CONFIGURATION",
          "VIRTUAL_HOST",
          "HTTP_ROUTE",
          "LISTENER",
          "FILTER_CHAIN",
          "NETWORK_FILTER");

  private static final String STATUS_CODES = "retriable-status-codes";
  private static final String HEADERS = "retriable-headers";

  /** Words that are compared with those of Istio, in all places of an object together. */
  private static final int MOST_WORDS = 2_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    WorkBudget budget = new WorkBudget(MOST_WORDS);
    if (subject.kind().equals(Kind.VIRTUAL_SERVICE)) {
      for (Cursor route : subject.at("spec", "http").each()) {
        checkRetries(route.at("retries"), mesh.facts().istio(), budget, report);
      }
    } else if (subject.kind().equals(Kind.CONFIG_MAP)) {
      checkMeshConfig(subject, mesh, budget, report);
    } else {
      for (EnvoyPatch patch : EnvoyPatch.of(subject)) {
        checkPatch(patch, mesh.facts().istio(), budget, report);
      }
    }
    if (budget.isOver()) {
      report.cutShort();
    }
  }

  private static void checkRetries(
      Cursor retries, Versions istio, WorkBudget budget, Report report) {
    Cursor at = retries.at("retryOn");
    if (at.text("").isEmpty()) {
      return;
    }
    RetryConditions conditions = RetryConditions.of(at.text(""));
    Set<String> words = conditions.distinct();
    Optional<String> mended = mended(conditions, istio);
    boolean refused = false;
    if (conditions.isPadded()) {
      refused = true;
      offer(report.say(at, "padded"), at, mended, Safety.SAFE);
    }
    for (String word : words) {
      if (!budget.take(1)) {
        return;
      }
      Applicability unknown = RetryConditions.unknown(word, istio);
      if (unknown.isMet()) {
        refused = true;
        Report.Draft draft = say(at, word, "refused", report).holds(unknown);
        offer(draft, at, mended, Safety.SAFE);
      }
    }
    boolean on = retries.at("attempts").integer().orElse(0) > 0;
    if (on && !refused) {
      lonely(words).ifPresent(word -> report.say(at, key(word), Message.verbatim(word)));
    }
  }

  /** Only what stands in a ConfigMap of a root namespace is read; nothing checks it up to 1.30. */
  private static void checkMeshConfig(Resource map, Mesh mesh, WorkBudget budget, Report report) {
    Cursor text = map.at("data", "mesh");
    Versions istio = mesh.facts().istio();
    if (!MeshConfig.isCarrier(map, mesh)
        || text.text("").isEmpty()
        || istio.in(IGNORES_MESH_CONFIG).isMet()) {
      return;
    }
    for (MeshConfig config : MeshConfig.of(map)) {
      Cursor policy = config.config().at("defaultHttpRetryPolicy");
      String retryOn = policy.at("retryOn").text("");
      if (retryOn.isEmpty() || policy.at("attempts").integer().orElse(0) <= 0) {
        continue;
      }
      Set<String> words = RetryConditions.of(retryOn).distinct();
      boolean ignored = false;
      for (String word : words) {
        if (!budget.take(1)) {
          return;
        }
        Applicability unknown = RetryConditions.unknown(word, istio);
        if (unknown.isMet()) {
          ignored = true;
          Report.Draft draft = say(text, word, "mesh", report).holds(unknown);
          RetryConditions.similar(word).ifPresent(w -> draft.advice("write", Message.verbatim(w)));
        }
      }
      if (!ignored) {
        lonely(words)
            .ifPresent(word -> report.say(text, "mesh-" + key(word), Message.verbatim(word)));
      }
    }
  }

  private static void checkPatch(
      EnvoyPatch patch, Versions istio, WorkBudget budget, Report report) {
    if (!WITH_ROUTES.contains(patch.applyTo()) || patch.operation().is("REMOVE")) {
      return;
    }
    for (Cursor policy : EnvoyPatch.messagesWith(patch.value(), "retry_on", report::cutShort)) {
      Cursor at = EnvoyPatch.field(policy, "retry_on");
      RetryConditions conditions = RetryConditions.of(at.text(""));
      Optional<String> mended = mended(conditions, istio);
      for (String word : conditions.distinct()) {
        if (!budget.take(1)) {
          return;
        }
        if (RetryConditions.isNumber(word)) {
          report.say(at, "envoy-number", word).names(word);
          continue;
        }
        Applicability unknown = patchUnknown(word, patch, istio);
        if (unknown.isMet()) {
          Report.Draft draft = say(at, word, "envoy", report).holds(unknown);
          offer(draft, at, mended, Safety.UNSAFE);
        }
      }
    }
  }

  /** A patch may be for proxies of some versions only, which then decide. */
  private static Applicability patchUnknown(String word, EnvoyPatch patch, Versions istio) {
    Applicability unknown = RetryConditions.unknown(word, istio);
    boolean byVersion = RetryConditions.isWord(word);
    return byVersion && patch.isGuarded() ? Applicability.UNKNOWN : unknown;
  }

  private static Report.Draft say(Cursor at, String word, String key, Report report) {
    Optional<String> similar = RetryConditions.similar(word);
    Report.Draft draft =
        RetryConditions.isWord(word)
            ? report.say(at, key + "-by-old", Message.verbatim(word))
            : similar
                .map(other -> report.say(at, key + "-similar", word, Message.verbatim(other)))
                .orElseGet(() -> report.say(at, key, word));
    return draft.names(word);
  }

  /** Returns the text with all that is surely meant, if nothing that is refused is left in it. */
  private static Optional<String> mended(RetryConditions conditions, Versions istio) {
    String mended = conditions.mended();
    boolean complete =
        !mended.isEmpty()
            && RetryConditions.of(mended).parts().stream()
                .noneMatch(part -> RetryConditions.unknown(part, istio).isMet());
    return complete ? Optional.of(mended) : Optional.empty();
  }

  private static void offer(Report.Draft draft, Cursor at, Optional<String> mended, Safety safety) {
    mended.ifPresent(
        text ->
            draft.fix(
                safety,
                "fix",
                List.of(new PatchOp.Replace(at.pointer(), JsonNodeFactory.instance.textNode(text))),
                text));
  }

  /** Returns a word that needs what no field of Istio can say, where all words are such. */
  private static Optional<String> lonely(Set<String> words) {
    return words.stream().allMatch(word -> word.equals(STATUS_CODES) || word.equals(HEADERS))
        ? words.stream().findFirst()
        : Optional.empty();
  }

  private static String key(String word) {
    return word.equals(STATUS_CODES) ? "no-status" : "no-header";
  }
}
