package io.meshguard.rules.startup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.Injection;
import io.meshguard.istio.NativeSidecars;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.FieldPatch;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.PatchOp;
import java.util.List;

/**
 * A Job whose Pods get a classic sidecar that nothing is seen to end: the sidecar is a container
 * beside the program, so that the Pod never completes. What pilot-agent's settings say about its
 * end counts only once it is told to end (istio pkg/envoy/agent.go @1.30.3).
 */
public final class JobKeptBySidecar implements Rule {

  private static final VersionRange READS_ANNOTATION = VersionRange.from("1.24");

  /** Since then a kubelet keeps restartable init containers without a feature gate. */
  private static final VersionRange RUNS_NATIVE = VersionRange.from("1.29");

  private static final String TEMPLATES = "inject.istio.io/templates";

  private static final RuleInfo INFO =
      RuleInfo.rule("job-kept-by-sidecar")
          .subjects(Kind.JOB, Kind.CRON_JOB)
          .reads(Injection.READS)
          .reads(NativeSidecars.READS)
          .reads(ProxyEnd.READS)
          .fixes(Safety.SAFE, Safety.MANUAL)
          .faq(FaqEntry.SIDECAR_NOT_READY)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (!subject.at("spec", "suspend").isTrue()) {
      Workload.of(subject)
          .filter(JobKeptBySidecar::hasUsualSidecar)
          .ifPresent(workload -> check(workload, mesh, report));
    }
  }

  /** Other templates and sidecars that somebody wrote may end the proxy by themselves. */
  private static boolean hasUsualSidecar(Workload workload) {
    Cursor templates = workload.template().annotation(TEMPLATES);
    return !workload.hasSidecar()
        && !workload.template().containers().isEmpty()
        && (!templates.isPresent() || templates.is("sidecar"));
  }

  private static void check(Workload workload, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    Injection.Decision decision = injection.decide(workload);
    if (!decision.expected() || injection.ambient(workload)) {
      return;
    }
    Versions istio = injection.versions(decision);
    Applicability classic = new NativeSidecars(mesh).classic(workload.template(), istio);
    if (classic != Applicability.EVERYWHERE) {
      return;
    }
    ProxyEnd end = ProxyEnd.of(workload, mesh);
    if (end.isCutShort()) {
      report.cutShort();
    } else if (!end.mayBe()) {
      Report.Draft draft =
          report.say(
              workload.nearestTo(NativeSidecars.ANNOTATION),
              end.waitsForConnections() ? "connections" : "found");
      mend(workload, istio, mesh, draft);
    }
  }

  private static void mend(Workload workload, Versions istio, Mesh mesh, Report.Draft draft) {
    boolean refused = workload.template().annotation(NativeSidecars.ANNOTATION).is("false");
    boolean possible =
        istio.in(READS_ANNOTATION) == Applicability.EVERYWHERE
            && mesh.facts().kubelet().in(RUNS_NATIVE) == Applicability.EVERYWHERE;
    JsonNode yes = JsonNodeFactory.instance.textNode("true");
    List<PatchOp> ops =
        possible && !refused
            ? FieldPatch.put(
                workload.template().at(), yes, "metadata", "annotations", NativeSidecars.ANNOTATION)
            : List.of();
    if (ops.isEmpty()) {
      draft.advice("advice");
    } else {
      draft.fix(Safety.SAFE, "fix", ops);
    }
  }
}
