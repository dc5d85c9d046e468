package io.meshguard.rules.startup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.Injection;
import io.meshguard.istio.NativeSidecars;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.FieldPatch;
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

/**
 * A workload that gets a classic sidecar and does not wait for it. The annotation is understood
 * since 1.8 (istio pkg/kube/inject/webhook.go {@code reorderPod} @1.30.3); a native sidecar is
 * always waited for.
 */
public final class AppStartsBeforeProxy implements Rule {

  private static final VersionRange UNDERSTANDS_ANNOTATION = VersionRange.from("1.8");

  private static final String SELECTOR = "selector";

  private static final RuleInfo INFO =
      RuleInfo.rule("app-starts-before-proxy")
          .subjects(Workload.KINDS)
          .reads(Injection.READS)
          .reads(NativeSidecars.READS)
          .mode(Mode.OFF)
          .fixes(Safety.SAFE)
          .faq(FaqEntry.SIDECAR_NOT_READY)
          .symptoms(Symptom.NO_ANSWER)
          .istio(UNDERSTANDS_ANNOTATION)
          .parameter(Parameter.labelSelector(SELECTOR))
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Workload.of(subject)
        .filter(workload -> selected(workload, report.parameters().at(SELECTOR)))
        .filter(workload -> !workload.hasSidecar() && !workload.isGateway())
        .ifPresent(workload -> check(workload, mesh, report));
  }

  private static void check(Workload workload, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    Injection.Decision decision = injection.decide(workload);
    if (!decision.expected() || injection.ambient(workload)) {
      return;
    }
    Versions istio = injection.versions(decision);
    Applicability holds =
        new NativeSidecars(mesh)
            .classic(workload.template(), istio)
            .and(istio.in(UNDERSTANDS_ANNOTATION));
    if (holds == Applicability.NOWHERE || new ProxyConfigs(mesh).meshHolds(decision.revision())) {
      return;
    }
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    textWithHold(annotation, report).ifPresent(text -> report(workload, text, holds, report));
  }

  private static void report(Workload workload, String text, Applicability holds, Report report) {
    JsonNode value = JsonNodeFactory.instance.textNode(text);
    Report.Draft draft =
        report.say(workload.nearestTo(ProxyConfigText.ANNOTATION), "found").holds(holds);
    List<PatchOp> ops =
        FieldPatch.put(
            workload.template().at(), value, "metadata", "annotations", ProxyConfigText.ANNOTATION);
    if (!ops.isEmpty()) {
      draft.fix(Safety.SAFE, "fix", ops);
    }
  }

  /**
   * Returns the annotation with the wait merged in; empty where the annotation already says whether
   * to wait, which is its author's choice, or is none that istiod can read.
   */
  private static Optional<String> textWithHold(Cursor annotation, Report report) {
    if (annotation.isPresent() && annotation.text().isEmpty()) {
      return Optional.empty();
    }
    ProxyConfigText text = ProxyConfigText.of(annotation.text(""));
    if (text.isTooLarge()) {
      report.cutShort();
    }
    return text.field(ProxyConfigs.HOLD).isMissing()
        ? text.plus(ProxyConfigs.HOLD, JsonNodeFactory.instance.booleanNode(true))
        : Optional.empty();
  }

  private static boolean selected(Workload workload, Cursor selector) {
    LabelSelector wanted = new LabelSelector(selector);
    return wanted.matches(workload.labels())
        || wanted.matches(LabelSelector.labels(workload.object().at("metadata", "labels")));
  }
}
