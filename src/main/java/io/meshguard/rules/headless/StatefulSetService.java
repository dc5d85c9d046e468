package io.meshguard.rules.headless;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Registry;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;

/**
 * A StatefulSet whose {@code serviceName} is no headless Service: its Pods get no names in DNS, so
 * that peers call them by IP and miss the routes of the mesh.
 */
public final class StatefulSetService implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("stateful-set-service")
          .subjects(Kind.STATEFUL_SET)
          .reads(Kind.SERVICE)
          .reads(Injection.READS)
          .faq(FaqEntry.STATEFUL_SET)
          .symptoms(Symptom.BLOCKED)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Cursor serviceName = subject.at("spec", "serviceName");
    String name = serviceName.text("");
    if (name.isEmpty() || isOutside(subject, mesh)) {
      return;
    }
    Lookup service = mesh.find(Kind.SERVICE, subject.namespace(), name);
    if (service.isAbsent()) {
      report.say(serviceName, "absent", name);
    } else if (service.found().filter(found -> !Registry.isHeadless(found)).isPresent()) {
      report.say(serviceName, "cluster-ip", name);
    }
  }

  private static boolean isOutside(Resource statefulSet, Mesh mesh) {
    return Workload.of(statefulSet)
        .filter(workload -> new Injection(mesh).leavesOut(workload))
        .isPresent();
  }
}
