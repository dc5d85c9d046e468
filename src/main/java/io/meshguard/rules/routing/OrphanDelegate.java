package io.meshguard.rules.routing;

import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A delegate that nobody refers to, a root whose delegate cannot be used, and a host that two
 * VirtualServices serve for the sidecars, which take the older one only (istio
 * pilot/pkg/model/virtualservice.go {@code mergeVirtualServicesIfNeeded} @1.30.3).
 */
public final class OrphanDelegate implements Rule {

  /** Others for the same hosts that are compared; one rival of a host is enough. */
  private static final List<String> CLIENTS = List.of("sourceLabels", "sourceNamespace");

  private static final int MOST_COMPARED = 5_000;

  /**
   * Before, a delegate without a namespace was looked for in none (istio
   * pilot/pkg/model/virtualservice.go @1.10.6).
   */
  private static final VersionRange NOT_FOUND_BY_NAME = VersionRange.before("1.11");

  private static final RuleInfo INFO =
      RuleInfo.rule("orphan-delegate")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Kind.VIRTUAL_SERVICE)
          .reads(Visibility.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (VirtualServices.isDelegate(subject)) {
      Listing roots = VirtualServices.roots(subject, mesh);
      if (roots.items().isEmpty() && roots.complete() && subject.at("spec").isObject()) {
        report.say(subject.at("spec"), "orphan");
      }
      return;
    }
    Views views = new Views(subject, mesh);
    for (Cursor route : subject.at("spec", "http").each()) {
      if (route.at("delegate", "name").text().isPresent()) {
        Lookup delegate = VirtualServices.delegate(route, subject, mesh);
        boolean named = !route.at("delegate", "namespace").text("").isEmpty();
        Applicability unnamed =
            named ? Applicability.NOWHERE : mesh.facts().istio().in(NOT_FOUND_BY_NAME);
        checkDelegate(route.at("delegate", "name"), delegate, unnamed, subject, views, report);
      }
    }
    if (VirtualServices.boundToMesh(subject) && !views.own().reachesNone() && servesAll(subject)) {
      WorkBudget budget = new WorkBudget(MOST_COMPARED);
      for (Cursor host : VirtualServices.hosts(subject)) {
        rival(host, subject, mesh, views, budget)
            .ifPresent(r -> reportRival(host, subject, r, report));
      }
      if (budget.isOver()) {
        report.cutShort();
      }
    }
  }

  private static void checkDelegate(
      Cursor name,
      Lookup lookup,
      Applicability unnamed,
      Resource root,
      Views views,
      Report report) {
    Optional<Resource> delegate = lookup.found();
    if (lookup.isAbsent()) {
      report.say(name, "missing", name.text(""));
    } else if (delegate.filter(found -> !VirtualServices.isDelegate(found)).isPresent()) {
      report.say(name, "with-hosts", name.text(""));
    } else if (unnamed.isMet()) {
      report.say(name, "no-namespace", root.namespace()).holds(unnamed);
    } else if (delegate
        .filter(found -> views.of(found).reaches(root.namespace()) == Ternary.FALSE)
        .isPresent()) {
      report.say(name, "not-exported", name.text(""), root.namespace());
    }
  }

  /** Returns another one for the host; empty if there is none among those that are compared. */
  private static Optional<Resource> rival(
      Cursor host, Resource subject, Mesh mesh, Views views, WorkBudget budget) {
    String domain = mesh.facts().clusterDomain();
    String fullName = HostName.resolve(host.text(""), subject.namespace(), domain);
    return VirtualServices.othersForMeshHost(subject, fullName, mesh)
        .takeWhile(other -> budget.take(1))
        .filter(other -> !VirtualServices.isDelegate(other) && servesAll(other))
        .filter(other -> views.own().competes(views.of(other)) == Ternary.TRUE)
        .findFirst();
  }

  /** Where VirtualServices can be seen, of each told once: hosts and routes name them again. */
  private static final class Views {
    private final Visibility.Reader reader;
    private final Visibility own;
    private final IdentityHashMap<Resource, Visibility> known = new IdentityHashMap<>();

    Views(Resource subject, Mesh mesh) {
      this.reader = new Visibility.Reader(mesh);
      this.own = reader.of(subject);
    }

    Visibility own() {
      return own;
    }

    Visibility of(Resource other) {
      return known.computeIfAbsent(other, reader::of);
    }
  }

  /** Names the other VirtualService only where it lives in the same namespace. */
  private static void reportRival(Cursor host, Resource subject, Resource rival, Report report) {
    if (rival.namespace().equals(subject.namespace())) {
      report.say(host, "rival", rival.name()).names(rival.name());
    } else {
      report.say(host, "rival-elsewhere");
    }
  }

  /**
   * Returns whether a VirtualService has an http route for every client and port of the mesh. What
   * has none for a client leaves the host to the next one there, and routes for TLS and TCP are
   * joined (istio pilot/pkg/networking/core/route/route.go {@code
   * BuildHTTPRoutesForVirtualService} @1.30.3).
   */
  private static boolean servesAll(Resource virtualService) {
    return virtualService.at("spec", "http").each().stream()
        .anyMatch(
            route ->
                !route.at("match").isNonEmpty()
                    || route.at("match").each().stream().anyMatch(OrphanDelegate::isForAll));
  }

  /** As in Istio, named gateways switch off what is asked of the client. */
  private static boolean isForAll(Cursor match) {
    List<Cursor> gateways = match.at("gateways").each();
    boolean anyClient =
        !gateways.isEmpty()
            || CLIENTS.stream().noneMatch(condition -> match.at(condition).isPresent());
    return anyClient
        && !match.at("port").isPresent()
        && (gateways.isEmpty()
            || gateways.stream().anyMatch(gateway -> gateway.is(VirtualServices.MESH)));
  }
}
