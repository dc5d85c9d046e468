package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.RouteKind;
import io.meshguard.traffic.RouteScope;
import io.meshguard.traffic.SidecarImports;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A VirtualService that no Sidecar lets its clients see, and entries of a Sidecar that import
 * nothing or take everything away (istio pilot/pkg/model/sidecar.go @1.30.3 and @eed52ebb66ad, 1.31
 * to be).
 */
public final class HostHiddenBySidecar implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("host-hidden-by-sidecar")
          .subjects(Kind.VIRTUAL_SERVICE, Kind.SIDECAR)
          .reads(SidecarImports.READS)
          .reads(Kind.VIRTUAL_SERVICE)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.BLOCKED)
          .hides(Symptom.TIMEOUT, Symptom.of(503, "fault_filter_abort", ResponseFlag.FI))
          .build();

  /** Since then what follows a tilde is left out; before, it was a namespace without objects. */
  private static final VersionRange EXCLUDES = VersionRange.from("1.31");

  private static final String NOTHING = "~/*";
  private static final int MOST_ENTRIES = 2_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.SIDECAR)) {
      checkSidecar(subject, mesh, report);
    } else if (!VirtualServices.isDelegate(subject) && isForMesh(subject)) {
      checkVirtualService(subject, mesh, report);
    }
  }

  private static boolean isForMesh(Resource subject) {
    RouteScope scope = RouteScope.of(subject);
    return VirtualServices.boundToMesh(subject)
        && RouteKind.HTTP.routes(subject).stream().anyMatch(scope::inMesh);
  }

  private static void checkVirtualService(Resource subject, Mesh mesh, Report report) {
    SidecarImports imports = new SidecarImports(mesh);
    Optional<SidecarImports.Hidden> found = imports.hidden(subject);
    if (imports.isCutShort()) {
      report.cutShort();
    }
    if (found.isPresent()) {
      SidecarImports.Hidden hidden = found.get();
      boolean near = hidden.sidecar().namespace().equals(subject.namespace());
      report
          .say(
              subject.at("spec", "hosts"),
              "hidden",
              near ? 0 : 1,
              near ? hidden.sidecar().name() : "",
              hidden.object() ? 0 : 1,
              hidden.besides80() ? 1 : 0)
          .names(near ? hidden.sidecar().name() : "")
          .advice("hidden-advice", hidden.missing());
    }
  }

  private static void checkSidecar(Resource subject, Mesh mesh, Report report) {
    SidecarImports imports = new SidecarImports(mesh);
    WorkBudget budget = new WorkBudget(MOST_ENTRIES);
    for (Cursor listener : subject.at("spec", "egress").each()) {
      List<Cursor> hosts = listener.at("hosts").each();
      boolean alone = hosts.stream().allMatch(host -> host.is(NOTHING));
      for (Cursor host : hosts) {
        if (!budget.take(1)) {
          report.cutShort();
          return;
        }
        if (!host.is(NOTHING)) {
          checkEntry(host, subject, imports, report);
        } else if (!alone) {
          checkNothing(host, mesh, report);
        }
      }
    }
    if (imports.isCutShort()) {
      report.cutShort();
    }
  }

  private static void checkNothing(Cursor host, Mesh mesh, Report report) {
    Applicability excludes = mesh.facts().istio().in(EXCLUDES);
    if (excludes != Applicability.NOWHERE) {
      report
          .say(host, "nothing")
          .holds(excludes)
          .fix(Safety.UNSAFE, "nothing-fix", List.of(new PatchOp.Remove(host.pointer())));
    }
  }

  private static void checkEntry(
      Cursor entry, Resource subject, SidecarImports imports, Report report) {
    String text = entry.text("");
    int slash = text.indexOf('/');
    String named = slash < 0 ? "*" : text.substring(0, slash);
    String host = text.substring(slash + 1);
    if (named.equals("*") || named.startsWith("~") || HostName.isWildcard(host)) {
      return;
    }
    String namespace = named.equals(".") ? subject.namespace() : named;
    Optional<Set<String>> elsewhere =
        imports.registeredElsewhere(namespace, host.toLowerCase(Locale.ROOT));
    if (elsewhere.isEmpty()) {
      return;
    }
    Report.Draft draft = report.say(entry, "elsewhere", host, namespace);
    if (elsewhere.get().size() == 1) {
      String right = elsewhere.get().iterator().next() + "/" + host;
      draft.fix(
          Safety.UNSAFE,
          "elsewhere-fix",
          List.of(new PatchOp.Replace(entry.pointer(), JsonNodeFactory.instance.textNode(right))),
          right);
    } else {
      draft.advice("elsewhere-advice");
    }
  }
}
