package io.meshguard.traffic;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Injection;
import io.meshguard.istio.Registry;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Sidecars let workloads see. A VirtualService counts for a workload if its Sidecar imports
 * both it, by its own namespace, and a Service that it is for, by the namespace of that (istio
 * pilot/pkg/model/sidecar.go {@code ConvertToSidecarScope} @1.30.3). Where several listeners import
 * different hosts, all of them count here. For use within one check.
 */
public final class SidecarImports {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.of(
              Registry.READS,
              Visibility.READS,
              Injection.READS,
              Workload.KINDS,
              Set.of(Kind.SIDECAR, Kind.NAMESPACE))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MOST_OBJECTS = 200_000;
  private static final int MOST_ENTRIES = 100_000;

  private final Mesh mesh;
  private final HostTable hosts;
  private final Injection injection;
  private final WorkBudget budget = new WorkBudget(MOST_OBJECTS);
  private final WorkBudget entries = new WorkBudget(MOST_ENTRIES);

  /** Makes a view of a mesh. */
  public SidecarImports(Mesh mesh) {
    this.mesh = mesh;
    this.hosts = new HostTable(mesh);
    this.injection = new Injection(mesh);
  }

  /**
   * Why no client uses a VirtualService.
   *
   * @param sidecar a Sidecar that hides it
   * @param missing what that would have to import, {@code namespace/host}
   * @param object whether that is for the VirtualService itself; else for the Service
   * @param besides80 whether its routes are used on port 80 all the same, under the full name
   */
  public record Hidden(Resource sidecar, String missing, boolean object, boolean besides80) {}

  /** A host of a VirtualService and the namespaces that register it. */
  private record Target(String host, Set<String> namespaces, boolean on80) {}

  /** An entry of a Sidecar that names hosts in a namespace. */
  private record Entry(String namespace, String host) {

    boolean isFor(String other) {
      return namespace.equals("*") || namespace.equals(other);
    }
  }

  /** Returns whether something was left out because it would have been too much work. */
  public boolean isCutShort() {
    return budget.isOver() || entries.isOver() || hosts.isCutShort();
  }

  /** Returns why no client in the mesh uses a VirtualService; empty where one may. */
  public Optional<Hidden> hidden(Resource virtualService) {
    Listing sidecars = mesh.list(Kind.SIDECAR);
    if (!sidecars.complete() || sidecars.items().isEmpty()) {
      return Optional.empty();
    }
    Visibility visibility = Visibility.of(virtualService, mesh);
    if (visibility.readings().size() != 1 || visibility.reachesNone()) {
      return Optional.empty();
    }
    Optional<List<Target>> targets = targets(virtualService);
    if (targets.isEmpty()) {
      return Optional.empty();
    }
    boolean everywhere = visibility.reachesAll();
    Set<String> namespaces =
        everywhere
            ? sidecars.items().stream()
                .map(Resource::namespace)
                .collect(Collectors.toCollection(TreeSet::new))
            : new TreeSet<>(visibility.readings().iterator().next());
    if (everywhere && isSeenWithoutSidecar(namespaces)) {
      return Optional.empty();
    }
    Optional<Hidden> first = Optional.empty();
    boolean known = true;
    for (String namespace : inOrder(namespaces, virtualService)) {
      Optional<Hidden> here = hidden(virtualService, targets.get(), namespace);
      if (mayHaveClients(namespace)) {
        known &= here.isPresent();
        first = first.or(() -> here);
      }
      if (!known) {
        return Optional.empty();
      }
    }
    if (everywhere) {
      Optional<Set<String>> others = otherNamespaces(namespaces);
      for (String namespace : others.orElse(Set.of())) {
        Optional<Hidden> here = hidden(virtualService, targets.get(), namespace);
        if (mayHaveClients(namespace)) {
          known &= here.isPresent();
          first = namespace.equals(virtualService.namespace()) ? here : first.or(() -> here);
        }
        if (!known) {
          return Optional.empty();
        }
      }
      known &= others.isPresent();
    }
    return known && !isCutShort() ? first : Optional.empty();
  }

  /** Its own namespace first: what is missing there is told best. */
  private static List<String> inOrder(Set<String> namespaces, Resource virtualService) {
    String home = virtualService.namespace();
    return Stream.concat(
            Stream.of(home).filter(namespaces::contains),
            namespaces.stream().filter(namespace -> !namespace.equals(home)))
        .toList();
  }

  /**
   * Returns whether a namespace that takes part in the mesh has no Sidecar, nor the root one for
   * all: what is public is seen there. A look at the workloads of all would take longer.
   */
  private boolean isSeenWithoutSidecar(Set<String> withSidecar) {
    return rootSidecars().isEmpty()
        && mesh.list(Kind.NAMESPACE).items().stream()
            .filter(namespace -> !withSidecar.contains(namespace.name()))
            .anyMatch(
                namespace ->
                    namespace.label("istio-injection").isPresent()
                        || namespace.label("istio.io/rev").isPresent());
  }

  /** Returns the other namespaces that have workloads; empty where they are not all known. */
  private Optional<Set<String>> otherNamespaces(Set<String> looked) {
    Set<String> others = new TreeSet<>();
    for (Kind kind : Workload.KINDS) {
      Listing all = mesh.list(kind);
      if (!all.complete() || !budget.take(all.items().size())) {
        return Optional.empty();
      }
      all.items().forEach(object -> others.add(object.namespace()));
    }
    others.removeAll(looked);
    return Optional.of(others);
  }

  /** Returns why no workload of a namespace sees a VirtualService; empty where one may. */
  private Optional<Hidden> hidden(Resource virtualService, List<Target> targets, String namespace) {
    List<Resource> own = mesh.list(Kind.SIDECAR, namespace).items();
    List<Resource> applied = new ArrayList<>(own);
    if (own.stream().allMatch(SidecarImports::selects)) {
      List<Resource> root = rootSidecars();
      if (root.isEmpty()) {
        return Optional.empty();
      }
      applied.addAll(root);
    }
    Optional<Hidden> first = Optional.empty();
    for (Resource sidecar : applied) {
      Optional<Hidden> here = hidden(virtualService, targets, sidecar, namespace);
      if (here.isEmpty()) {
        return Optional.empty();
      }
      first = first.or(() -> here);
    }
    return Waypoints.areNot(namespace, mesh) ? first : Optional.empty();
  }

  private Optional<Hidden> hidden(
      Resource virtualService, List<Target> targets, Resource sidecar, String namespace) {
    Optional<List<Entry>> imported = entries(sidecar, namespace);
    if (imported.isEmpty()) {
      return Optional.empty();
    }
    Target first = targets.get(0);
    boolean seen =
        imported.get().stream()
            .filter(entry -> entry.isFor(virtualService.namespace()))
            .anyMatch(
                entry -> targets.stream().anyMatch(t -> HostName.overlap(entry.host(), t.host())));
    if (!seen) {
      return Optional.of(
          new Hidden(sidecar, virtualService.namespace() + "/" + first.host(), true, false));
    }
    boolean registered =
        targets.stream()
            .anyMatch(
                target ->
                    imported.get().stream()
                        .anyMatch(
                            entry ->
                                target.namespaces().stream().anyMatch(entry::isFor)
                                    && HostName.covers(entry.host(), target.host())));
    if (registered) {
      return Optional.empty();
    }
    String home = first.namespaces().stream().sorted().findFirst().orElse("*");
    boolean on80 = targets.stream().anyMatch(Target::on80);
    return Optional.of(new Hidden(sidecar, home + "/" + first.host(), false, on80));
  }

  /** Returns the hosts of a VirtualService that are registered; empty where that is not known. */
  private Optional<List<Target>> targets(Resource virtualService) {
    List<Target> targets = new ArrayList<>();
    for (Cursor at : VirtualServices.hosts(virtualService)) {
      String host =
          HostName.resolve(at.text(""), virtualService.namespace(), mesh.facts().clusterDomain());
      if (HostName.isWildcard(host)
          || !(hosts.find(host) instanceof HostTable.Host found)
          || !found.complete()
          || found.ports().isEmpty()) {
        return Optional.empty();
      }
      boolean on80 = at.text("").indexOf('.') > 0 && found.ports().get().numbers().contains(80);
      targets.add(new Target(host, HostTable.namespaces(found), on80));
    }
    return targets.isEmpty() ? Optional.empty() : Optional.of(targets);
  }

  private List<Resource> rootSidecars() {
    return mesh.facts().rootNamespaces().stream()
        .flatMap(root -> mesh.list(Kind.SIDECAR, root).items().stream())
        .filter(sidecar -> !selects(sidecar))
        .toList();
  }

  private static boolean selects(Resource sidecar) {
    return sidecar.at("spec", "workloadSelector").isNonEmpty();
  }

  /** Returns what a Sidecar imports; empty where that is everything, or not known. */
  private Optional<List<Entry>> entries(Resource sidecar, String namespace) {
    if (!sidecar.at("spec", "egress").isNonEmpty()) {
      return Optional.empty();
    }
    List<Entry> found = new ArrayList<>();
    for (Cursor listener : sidecar.at("spec", "egress").each()) {
      for (Cursor host : listener.at("hosts").each()) {
        String text = host.text("");
        int slash = text.indexOf('/');
        if (!entries.take(1) || slash < 0) {
          return Optional.empty();
        }
        String of = text.substring(0, slash);
        // What an entry leaves out again may stay in here, so that less counts as hidden.
        if (!of.startsWith("~")) {
          found.add(new Entry(of.equals(".") ? namespace : of, text.substring(slash + 1)));
        }
      }
    }
    return Optional.of(found);
  }

  /** Returns whether a namespace may have workloads with a sidecar; true where not all is known. */
  private boolean mayHaveClients(String namespace) {
    for (Kind kind : Workload.KINDS) {
      Listing workloads = mesh.list(kind, namespace);
      boolean may =
          !workloads.complete()
              || !budget.take(workloads.items().size())
              || workloads.items().stream()
                  .flatMap(object -> Workload.of(object).stream())
                  .anyMatch(
                      workload ->
                          !GatewayProxies.isGateway(workload.template())
                              && !workload.isGateway()
                              && !injection.leavesOut(workload));
      if (may) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the namespaces in which a host of an egress entry is registered, where they do not
   * include the one of the entry and nothing else in that is meant; empty otherwise.
   */
  public Optional<Set<String>> registeredElsewhere(String namespace, String host) {
    if (!(hosts.find(host) instanceof HostTable.Host found)
        || !found.complete()
        || HostTable.namespaces(found).contains(namespace)) {
      return Optional.empty();
    }
    Listing virtualServices = mesh.list(Kind.VIRTUAL_SERVICE, namespace);
    boolean meant =
        !virtualServices.complete()
            || !entries.take(virtualServices.items().size())
            || virtualServices.items().stream()
                .flatMap(one -> VirtualServices.hosts(one).stream())
                .map(at -> HostName.resolve(at.text(""), namespace, mesh.facts().clusterDomain()))
                .anyMatch(name -> HostName.overlap(name, host));
    return meant ? Optional.empty() : Optional.of(new LinkedHashSet<>(HostTable.namespaces(found)));
  }
}
