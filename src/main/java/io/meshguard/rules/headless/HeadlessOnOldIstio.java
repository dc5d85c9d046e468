package io.meshguard.rules.headless;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.ServiceWorkloads;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.List;

/**
 * What old versions do with headless Services: 404 for a call to a Pod IP on a port of undeclared
 * protocol (fixed in 1.12), and connections that outlive their Pod (fixed in 1.6).
 */
public final class HeadlessOnOldIstio implements Rule {

  private static final VersionRange NOT_FOUND = VersionRange.before("1.12");
  private static final VersionRange STALE = VersionRange.before("1.6");

  private static final RuleInfo INFO =
      RuleInfo.rule("headless-on-old-istio")
          .subjects(Kind.SERVICE)
          .reads(ServiceWorkloads.READS)
          .reads(Injection.READS)
          .faq(FaqEntry.HEADLESS, FaqEntry.STATEFUL_SET)
          .symptoms(Symptom.NO_ROUTE)
          .istio(NOT_FOUND)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (!Registry.isHeadless(subject)) {
      return;
    }
    Versions istio = mesh.facts().istio();
    if (istio.in(STALE).isMet()) {
      report.say(subject.at("spec", "clusterIP"), "stale").holds(istio.in(STALE));
    }
    if (!istio.in(NOT_FOUND).isMet() || isOutside(subject, mesh)) {
      return;
    }
    for (ServicePort port : ServicePort.of(subject, istio)) {
      if (port.protocol() == Protocol.UNDECLARED) {
        report
            .say(decisive(port), "undeclared", port.number())
            .names(Integer.toString(port.number()))
            .holds(istio.in(NOT_FOUND));
      }
    }
  }

  /** Returns whether none of the Pods is in the mesh, as far as they are known. */
  private static boolean isOutside(Resource service, Mesh mesh) {
    List<Workload> workloads = ServiceWorkloads.of(service, mesh);
    Injection injection = new Injection(mesh);
    return !workloads.isEmpty() && workloads.stream().allMatch(injection::leavesOut);
  }

  /** Returns the place that should have declared the protocol. */
  private static Cursor decisive(ServicePort port) {
    return List.of("appProtocol", "name").stream()
        .map(field -> port.at().at(field))
        .filter(Cursor::isPresent)
        .findFirst()
        .orElse(port.at());
  }
}
