package io.meshguard.rules.startup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.mesh.Injection;
import io.meshguard.mesh.Injection.Decision;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.ProxyConfigText;
import io.meshguard.mesh.ProxyConfigTypes;
import io.meshguard.mesh.ProxyConfigTypes.Mistake;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Holds;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.resource.YamlException;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Mode;
import io.meshguard.rule.PatchOp;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import java.util.List;
import java.util.Locale;

/**
 * An annotation {@code proxy.istio.io/config} that istiod cannot read, so that it refuses to inject
 * and the Pod cannot be created (istio pkg/kube/inject/validate.go @1.30.3).
 */
public final class InvalidProxyConfigAnnotation implements Rule {

  private static final VersionRange READS_ANNOTATION = VersionRange.from("1.8");

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
    Holds versions = injection.versions(decision).in(READS_ANNOTATION);
    Holds holds = decision.ruledOut() ? versions.and(Holds.UNKNOWN) : versions;
    if (holds == Holds.NOWHERE) {
      return;
    }
    ProxyConfigText text = ProxyConfigText.of(annotation.text(""));
    if (text.problem().isPresent()) {
      YamlException problem = text.problem().get();
      report.say(annotation, "unreadable", problem.position().line(), reason(problem)).holds(holds);
    } else if (text.config().isPresent() && !text.config().isObject()) {
      report.say(annotation, "no-mapping").holds(holds);
    } else {
      for (Mistake mistake : ProxyConfigTypes.mistakes(text.config())) {
        report(mistake, annotation, text, holds, report);
      }
    }
  }

  private static void report(
      Mistake mistake, Cursor annotation, ProxyConfigText text, Holds holds, Report report) {
    String type = "type-" + mistake.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
    Report.Draft draft = report.say(annotation, type, mistake.name());
    draft.names(mistake.name()).holds(holds);
    mistake
        .meant()
        .flatMap(meant -> text.with(mistake.at().pointer(), meant))
        .ifPresent(
            repaired -> {
              JsonNode value = JsonNodeFactory.instance.textNode(repaired);
              draft.fix(
                  Safety.SAFE,
                  "fix",
                  List.of(new PatchOp.Replace(annotation.pointer(), value)),
                  mistake.name());
            });
  }

  private static String reason(YamlException problem) {
    String message = problem.getMessage();
    return message == null ? "" : message;
  }
}
