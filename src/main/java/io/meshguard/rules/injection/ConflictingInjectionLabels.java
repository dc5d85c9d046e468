package io.meshguard.rules.injection;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.Injection.InjectionResult;
import io.meshguard.istio.Namespaces;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Map;

/**
 * Labels about injection of which one silently wins over another (istio
 * manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml and
 * pkg/kube/inject/inject.go @1.30.3).
 */
public final class ConflictingInjectionLabels implements Rule {

  private static final String ENABLED = "enabled";

  private static final RuleInfo INFO =
      RuleInfo.rule("conflicting-injection-labels")
          .subjects(Kind.NAMESPACE)
          .subjects(Workload.KINDS)
          .reads(Injection.READS)
          .fixes(Safety.SAFE)
          .faq(FaqEntry.INJECTION)
          .symptoms(Symptom.NO_CHAIN)
          .beyondDiscovery()
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.NAMESPACE)) {
      checkNamespace(subject, new Injection(mesh), report);
    } else {
      Workload.of(subject)
          .filter(workload -> !workload.template().annotation(Wish.STATUS).isPresent())
          .ifPresent(workload -> checkPods(workload, new Injection(mesh), report));
    }
  }

  private static void checkNamespace(Resource namespace, Injection injection, Report report) {
    Cursor labels = namespace.at("metadata", "labels");
    Cursor enabling = labels.at(Revisions.INJECTION);
    Cursor revision = labels.at(Revisions.REVISION);
    boolean both = enabling.text().isPresent() && revision.text().isPresent();
    Decision decision = injection.decide(Namespaces.labels(namespace));
    if (both && enabling.is(ENABLED)) {
      checkEnabled(enabling, revision, decision, injection, report);
    } else if (both && !decision.expected()) {
      report
          .say(enabling, "disabled", enabling.text(""), revision.text(""))
          .names(revision.text(""));
    }
    Cursor mode = labels.at(Injection.DATAPLANE_MODE);
    if (mode.is(Injection.AMBIENT) && decision.expected()) {
      report.say(mode, "ambient");
    }
  }

  private static void checkEnabled(
      Cursor enabling, Cursor revision, Decision decision, Injection injection, Report report) {
    Revisions revisions = injection.revisions();
    String name = revision.text("");
    if (decision.outcome() == InjectionResult.PRESUMED) {
      report.say(enabling, "enabled", name).names(name);
    } else if (decision.expected() && !revisions.isTag(name, decision.revision())) {
      report.say(enabling, "default-wins", name).names(name);
    } else if (decision.ruledOut()) {
      Report.Draft draft = report.say(enabling, "nothing-hears", name).names(name);
      if (revisions.names().contains(name) && !revisions.hasDefault()) {
        draft.fix(Safety.SAFE, "fix", List.of(new PatchOp.Remove(enabling.pointer())), name);
      }
    }
  }

  /**
   * Istio's charts have the revision on the Pods of the control plane and of gateways, to tell
   * whose they are, beside the label that keeps them from being injected (istio
   * manifests/charts/istio-control/istio-discovery/templates/deployment.yaml and
   * manifests/charts/gateways/istio-ingress/templates/deployment.yaml @1.30.3).
   */
  private static boolean isOfIstio(Workload workload) {
    return workload.hasSidecar()
        || workload.template().allContainers().stream().anyMatch(c -> c.at("name").is("discovery"));
  }

  private static void checkPods(Workload workload, Injection injection, Report report) {
    Cursor label = workload.template().label(Injection.INJECT);
    Cursor annotation = workload.template().annotation(Injection.INJECT);
    Cursor revision = workload.template().label(Revisions.REVISION);
    Map<String, String> labels = workload.labels();
    if (label.is("false") && !revision.text("").isEmpty() && !isOfIstio(workload)) {
      report.say(revision, "refused", revision.text(""));
    }
    boolean opposite =
        (label.is("true") && annotation.is("false"))
            || (label.is("false") && annotation.is("true"));
    if (opposite) {
      report.say(annotation, "annotation", annotation.text(""), label.text(""));
    }
    boolean ambient = Injection.AMBIENT.equals(labels.get(Injection.DATAPLANE_MODE));
    if (ambient && label.is("true") && injection.decide(workload).expected()) {
      report.say(workload.template().label(Injection.DATAPLANE_MODE), "ambient-pod");
    }
  }
}
