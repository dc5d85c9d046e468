package io.meshguard.rules.tracing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.Injection;
import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.FieldPatch;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.PatchOp;
import java.util.List;

/**
 * A workload of a traced namespace that shows no sign of handing on trace headers, and Telemetry
 * whose headers another part of the mesh does not read (istio
 * pilot/pkg/networking/core/tracing.go @1.30.3).
 */
public final class UntracedWorkload implements Rule {

  private static final String LANGUAGE = "language";

  private static final RuleInfo INFO =
      RuleInfo.rule("untraced-workload")
          .subjects(PodTemplate.WORKLOADS)
          .subjects(Kind.TELEMETRY)
          .reads(Injection.READS)
          .reads(MeshConfig.READS)
          .reads(Kind.TELEMETRY)
          .mode(Mode.OFF)
          .fixes(Safety.UNSAFE)
          .faq(FaqEntry.TRACING)
          .parameter(Parameter.word(LANGUAGE, "java", "nodejs", "python", "dotnet", "go"))
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.TELEMETRY)) {
      checkTelemetry(subject, new Tracing(mesh), report);
    } else {
      Workload.of(subject)
          .filter(workload -> !workload.hasSidecar() && !workload.isGateway())
          .ifPresent(workload -> checkWorkload(workload, mesh, report));
    }
  }

  private static void checkWorkload(Workload workload, Mesh mesh, Report report) {
    boolean concerned =
        new Injection(mesh).decide(workload).expected()
            && new Tracing(mesh).traces(workload.namespace())
            && !PropagationSigns.in(workload, mesh);
    if (!concerned) {
      return;
    }
    Report.Draft draft = report.say(workload.nearestTo(PropagationSigns.INJECT), "found");
    report
        .parameters()
        .word(LANGUAGE)
        .ifPresent(
            language -> {
              List<PatchOp> ops =
                  FieldPatch.put(
                      workload.template().at(),
                      JsonNodeFactory.instance.textNode("true"),
                      "metadata",
                      "annotations",
                      PropagationSigns.INJECT + language);
              if (!ops.isEmpty()) {
                draft.fix(Safety.UNSAFE, "fix", ops, language);
              }
            });
  }

  private static void checkTelemetry(Resource telemetry, Tracing tracing, Report report) {
    for (Cursor entry : telemetry.at("spec", "tracing").each()) {
      for (Cursor provider : entry.at("providers").each()) {
        Cursor name = provider.at("name");
        tracing
            .clash(telemetry, name.text(""))
            .ifPresent(
                clash -> report.say(name, "mixed", name.text(""), clash.own(), clash.other()));
      }
    }
  }
}
