package io.meshguard.rules.startup;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigTypes;
import io.meshguard.istio.ProxyConfigTypes.Mistake;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.YamlException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An annotation {@code proxy.istio.io/config} that istiod cannot read, so that it refuses to inject
 * and the Pod cannot be created (istio pkg/kube/inject/validate.go @1.30.3).
 */
public final class InvalidProxyConfigAnnotation implements Rule {

  private static final VersionRange READS_ANNOTATION = VersionRange.from("1.8");

  /** Mistakes named at once; a text with more of them is something else altogether. */
  private static final int MOST_MISTAKES = 20;

  private static final RuleInfo INFO =
      RuleInfo.rule("invalid-proxy-config-annotation")
          .subjects(Workload.KINDS)
          .reads(Injection.READS)
          .mode(Mode.DENY)
          .fixes(Safety.SAFE)
          .faq(FaqEntry.SIDECAR_NOT_READY, FaqEntry.SMART_DNS)
          .istio(READS_ANNOTATION)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Workload.of(subject)
        .filter(workload -> !workload.template().annotation("sidecar.istio.io/status").isPresent())
        .ifPresent(workload -> check(workload, mesh, report));
  }

  private static void check(Workload workload, Mesh mesh, Report report) {
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    if (annotation.text().isEmpty()) {
      return;
    }
    Injection injection = new Injection(mesh);
    Decision decision = injection.decide(workload);
    Versions versions = injection.versions(decision);
    Applicability holds = versions.in(READS_ANNOTATION);
    if (holds == Applicability.NOWHERE) {
      return;
    }
    boolean idle = decision.ruledOut();
    ProxyConfigText text = ProxyConfigText.of(annotation.text(""));
    if (text.isTooLarge()) {
      report.cutShort();
    } else if (text.problem().isPresent()) {
      YamlException problem = text.problem().get();
      finish(
          idle
              ? report.say(annotation, "idle-text")
              : report.say(annotation, "unreadable", problem.position().line(), reason(problem)),
          idle,
          holds);
    } else if (text.config().isPresent() && !text.config().isObject()) {
      finish(report.say(annotation, idle ? "idle-text" : "no-mapping"), idle, holds);
    } else {
      List<Mistake> mistakes =
          ProxyConfigTypes.mistakes(text.config()).stream()
              .filter(mistake -> versions.in(mistake.versions()) != Applicability.NOWHERE)
              .toList();
      List<Mistake> first = mistakes.subList(0, Math.min(MOST_MISTAKES, mistakes.size()));
      Optional<String> repaired = repair(first, text);
      for (Mistake mistake : first) {
        String key = idle ? "idle-type" : key(mistake);
        Report.Draft draft = report.say(annotation, key, mistake.name()).names(mistake.name());
        finish(draft, idle, holds.and(versions.in(mistake.versions())));
        offer(draft, mistake, annotation, repaired);
      }
    }
  }

  /** What nothing reads, because no sidecar is injected, is wrong but stops no Pod. */
  private static void finish(Report.Draft draft, boolean idle, Applicability holds) {
    draft.holds(holds);
    if (idle) {
      draft.harmless();
    }
  }

  private static String key(Mistake mistake) {
    return "type-" + mistake.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void offer(
      Report.Draft draft, Mistake mistake, Cursor annotation, Optional<String> repaired) {
    if (repaired.isPresent() && mistake.meant().isPresent()) {
      JsonNode value = JsonNodeFactory.instance.textNode(repaired.get());
      draft.fix(Safety.SAFE, "fix", List.of(new PatchOp.Replace(annotation.pointer(), value)));
    }
  }

  /** All that can be repaired is repaired at once, since every repair writes the whole text. */
  private static Optional<String> repair(List<Mistake> mistakes, ProxyConfigText text) {
    Map<JsonPointer, JsonNode> meant = new HashMap<>();
    for (Mistake mistake : mistakes) {
      mistake.meant().ifPresent(value -> meant.put(mistake.at().pointer(), value));
    }
    return meant.isEmpty() ? Optional.empty() : text.with(meant);
  }

  private static String reason(YamlException problem) {
    String message = problem.getMessage();
    return message == null ? "" : message;
  }
}
