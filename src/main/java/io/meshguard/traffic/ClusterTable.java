package io.meshguard.traffic;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.Registry;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.HostTable.HostPorts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether Envoy has the clusters that a VirtualService sends traffic to. Istio writes a route to
 * whatever the destination names and never looks whether there is such a cluster (istio
 * pilot/pkg/networking/core/route/route.go {@code GetDestinationCluster} @1.30.3). For use within
 * one check.
 */
public final class ClusterTable {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.of(
              Registry.READS,
              Set.of(Kind.DESTINATION_RULE, Kind.NAMESPACE, Kind.SIDECAR),
              GatewayTable.READS,
              GatewayPods.READS,
              UnseenClusters.READS,
              Visibility.READS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final VersionRange ALIASES = VersionRange.from("1.21");
  private static final String ALIAS_SWITCH = "ENABLE_EXTERNAL_NAME_ALIAS";

  /** Before, a gateway took the number of the first server of its port. */
  private static final VersionRange FIRST_SERVER = VersionRange.before("1.11");

  /** Ports, servers and namespaces that are looked at for all destinations together. */
  private static final int MOST_STEPS = 500_000;

  private final Mesh mesh;
  private final HostTable hosts;
  private final SubsetTable subsets;
  private final RouteScope scope;
  private final GatewayTable gateways;
  private final MeshPorts meshPorts;
  private final Clients clients;
  private final Visibility.Reader readers;
  private final Map<String, List<Visibility>> visibility = new HashMap<>();
  private final Map<String, Set<Integer>> lackingByHost = new HashMap<>();
  private final WorkBudget budget = new WorkBudget(MOST_STEPS);

  /** Makes the table for the destinations of a VirtualService. */
  public ClusterTable(Resource virtualService, Mesh mesh) {
    this.mesh = mesh;
    this.hosts = new HostTable(mesh);
    this.readers = new Visibility.Reader(mesh);
    this.subsets = new SubsetTable(mesh);
    this.scope = RouteScope.of(virtualService);
    this.gateways = GatewayTable.of(virtualService, mesh);
    this.meshPorts = new MeshPorts(virtualService, hosts, mesh);
    this.clients = new Clients(virtualService, gateways, mesh);
  }

  /** Returns what is known of a host. */
  public HostTable hosts() {
    return hosts;
  }

  /** Returns whether something was left out because it would have been too much work. */
  public boolean isCutShort() {
    return budget.isOver() || subsets.isCutShort() || hosts.isCutShort();
  }

  /** Returns what becomes of the traffic that a destination gets. */
  public Outcome of(Destination destination) {
    String host = destination.host(mesh);
    if (!isName(destination.written()) || UnseenClusters.mayExist(mesh)) {
      return new Outcome.Unknown();
    }
    HostTable.Answer answer = hosts.find(host);
    if (answer instanceof HostTable.NoHost) {
      return new Outcome.NoCluster(host, new Outcome.NoHost());
    }
    if (!(answer instanceof HostTable.Host found)) {
      return new Outcome.Unknown();
    }
    if (found.isAlias()) {
      return alias(host, found);
    }
    return notExported(destination, host, found)
        .or(() -> port(destination, host, found))
        .or(() -> subset(destination, host, found))
        .<Outcome>map(cause -> new Outcome.NoCluster(host, cause))
        .orElseGet(Outcome.Forwarded::new);
  }

  /** Templates and other texts that are no host names are judged by nobody. */
  private static boolean isName(String host) {
    return !host.isEmpty()
        && host.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || "-._*".indexOf(c) >= 0);
  }

  private Outcome alias(String host, HostTable.Host found) {
    Applicability holds = mesh.facts().istio().in(ALIASES);
    String target = found.service().map(s -> s.at("spec", "externalName").text("")).orElse("");
    boolean dead =
        found.entries().isEmpty()
            && found.complete()
            && holds != Applicability.NOWHERE
            && holds != Applicability.UNKNOWN
            && isName(target)
            && !new IstiodSettings(mesh).isOff(ALIAS_SWITCH)
            && hosts.find(target) instanceof HostTable.NoHost
            && new Registry(mesh).contains(target) == Ternary.FALSE;
    return dead
        ? new Outcome.NoCluster(host, new Outcome.DeadAlias(target, holds))
        : new Outcome.Unknown();
  }

  private Optional<Outcome.Cause> notExported(
      Destination destination, String host, HostTable.Host found) {
    if (!found.complete()) {
      return Optional.empty();
    }
    List<Visibility> seen =
        visibility.computeIfAbsent(
            host, name -> found.objects().stream().map(readers::of).toList());
    if (seen.stream().anyMatch(Visibility::reachesAll)) {
      return Optional.empty();
    }
    return clients
        .namespaces(destination.route(), scope)
        .filter(all -> all.stream().noneMatch(namespace -> maySee(namespace, seen)))
        .map(all -> new Outcome.NotExported(all.iterator().next()));
  }

  private boolean maySee(String namespace, List<Visibility> seen) {
    return !budget.take(seen.size())
        || seen.stream().anyMatch(one -> one.reaches(namespace) != Ternary.FALSE);
  }

  private Optional<Outcome.Cause> port(Destination destination, String host, HostTable.Host found) {
    if (found.ports().isEmpty()) {
      return Optional.empty();
    }
    HostPorts ports = found.ports().get();
    if (destination.port() > 0) {
      return ports.proxied().contains(destination.port())
          ? Optional.empty()
          : Optional.of(new Outcome.NoPort(destination.port(), ports));
    }
    return destination.leavesPort()
        ? ofCaller(destination, host, ports).or(() -> ofServer(destination, ports))
        : Optional.empty();
  }

  private Optional<Outcome.Cause> ofCaller(Destination destination, String host, HostPorts ports) {
    if (destination.kind() != RouteKind.HTTP || !scope.inMesh(destination.route())) {
      return Optional.empty();
    }
    Optional<Set<Integer>> used = meshPorts.ofCallers();
    if (used.isEmpty()) {
      return Optional.empty();
    }
    Optional<Set<Integer>> own = scope.meshPorts(destination.route());
    if (own.isPresent()) {
      Set<Integer> called = own.get();
      called.retainAll(used.get());
      return ofCaller(called, lacking(called, ports), ports);
    }
    Set<Integer> lacking =
        lackingByHost.computeIfAbsent(
            host, name -> budget.take(used.get().size()) ? lacking(used.get(), ports) : Set.of());
    return ofCaller(used.get(), lacking, ports);
  }

  private static Optional<Outcome.Cause> ofCaller(
      Set<Integer> called, Set<Integer> lacking, HostPorts ports) {
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(new Outcome.NoPortOfCaller(lacking, lacking.size() == called.size(), ports));
  }

  private static Set<Integer> lacking(Set<Integer> called, HostPorts ports) {
    Set<Integer> lacking = new TreeSet<>(called);
    lacking.removeIf(ports.numbers()::contains);
    return lacking;
  }

  private Optional<Outcome.Cause> ofServer(Destination destination, HostPorts ports) {
    Applicability first = mesh.facts().istio().in(FIRST_SERVER);
    if (ports.numbers().size() < 2
        || first == Applicability.SOMEWHERE
        || first == Applicability.EVERYWHERE) {
      return Optional.empty();
    }
    long matches = 1L + destination.route().at("match").node().size();
    for (GatewayServer server : gateways.servers()) {
      if (!budget.take(matches)) {
        return Optional.empty();
      }
      boolean redirects = server.mode() == GatewayServer.Mode.REDIRECT;
      boolean unknown = server.mode() == GatewayServer.Mode.UNKNOWN || server.port() == 0;
      if (!redirects
          && !unknown
          && server.mode().mayRead(destination.kind())
          && !ports.numbers().contains(server.port())
          && scope.surelyAt(destination.route(), server)) {
        return Optional.of(new Outcome.NoPortOfServer(server, ports));
      }
    }
    return Optional.empty();
  }

  private Optional<Outcome.Cause> subset(
      Destination destination, String host, HostTable.Host found) {
    String subset = destination.subset();
    if (subset.isEmpty()) {
      return Optional.empty();
    }
    SubsetTable.Found defined = subsets.anywhere(host, subset);
    if (defined instanceof SubsetTable.Undefined) {
      return Optional.of(new Outcome.NoSubset());
    }
    if (defined instanceof SubsetTable.OtherLetters other) {
      return Optional.of(new Outcome.MisspeltRule(other.rule()));
    }
    if (defined instanceof SubsetTable.Unsure
        || subsets.everywhere(host, subset)
        || !found.complete()) {
      return Optional.empty();
    }
    Optional<Set<String>> namespaces = clients.namespaces(destination.route(), scope);
    Set<String> owners = HostTable.namespaces(found);
    Optional<Outcome.Cause> hidden = Optional.empty();
    for (String namespace : namespaces.orElse(Set.of())) {
      if (!(subsets.in(namespace, owners, host, subset) instanceof SubsetTable.Hidden one)) {
        return Optional.empty();
      }
      hidden = Optional.of(new Outcome.HiddenSubset(one.namespace(), one.rule()));
    }
    return hidden;
  }
}
