package io.meshguard.rules.routing;

import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.MeshTable;
import io.meshguard.traffic.RouteOrder;

/**
 * Two VirtualServices with http routes for one host of the mesh: sidecars take only the first of
 * them, and the routes of the other are not used for that host (istio
 * pilot/pkg/networking/core/httproute.go {@code BuildSidecarOutboundVirtualHosts} @1.30.3).
 */
public final class ConflictingMeshHosts implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("conflicting-mesh-hosts")
          .formerly("orphan-delegate")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(MeshTable.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_ROUTE)
          .hides(Symptom.TIMEOUT)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    MeshTable table = new MeshTable(subject, mesh);
    for (Cursor host : report.judged(VirtualServices.hosts(subject))) {
      table.rival(host).ifPresent(rival -> say(host, rival, subject, mesh, report));
    }
    if (table.isCutShort()) {
      report.cutShort();
    }
  }

  /** Names the other VirtualService only where it lives in the same namespace. */
  private static void say(
      Cursor host, MeshTable.Rival rival, Resource subject, Mesh mesh, Report report) {
    Resource other = rival.virtualService();
    boolean near = other.namespace().equals(subject.namespace());
    int where = near ? 0 : 1;
    if (!rival.comesFirst()) {
      report
          .say(host, "either", where, other.name())
          .names(near ? other.name() : "")
          .holds(rival.holds())
          .unknownOrder();
      return;
    }
    boolean delegates = RouteOrder.mayGoLast(subject, mesh) && !RouteOrder.mayGoLast(other, mesh);
    report
        .say(host, delegates ? "behind" : "younger", where, other.name())
        .names(near ? other.name() : "")
        .holds(rival.holds());
  }
}
