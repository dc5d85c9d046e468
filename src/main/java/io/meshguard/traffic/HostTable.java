package io.meshguard.traffic;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The hosts that clusters of Envoy are named after: Services by their full names, and the hosts of
 * ServiceEntries as they are written, so that a wildcard is a host of its own and none of the names
 * under it is (istio pilot/pkg/networking/core/cluster.go {@code buildOutboundClusters} @1.30.3).
 * Each host is looked up once; for use within one check.
 */
public final class HostTable {

  /** Names that other control planes and operators make, which nobody sees here. */
  private static final List<String> MADE_ELSEWHERE = List.of(".svc.clusterset.local", ".global");

  /** Ports of hosts that several objects register, which are joined for each host. */
  private static final int MOST_JOINED = 500_000;

  private final Mesh mesh;
  private final Registry registry;
  private final Map<String, Answer> known = new HashMap<>();
  private final IdentityHashMap<Resource, Facts> facts = new IdentityHashMap<>();
  private final WorkBudget budget = new WorkBudget(MOST_JOINED);

  /** Makes a view of a mesh. */
  public HostTable(Mesh mesh) {
    this.mesh = mesh;
    this.registry = new Registry(mesh);
  }

  /** What is known of a host. */
  public sealed interface Answer {}

  /**
   * A host that is registered.
   *
   * @param service the Service
   * @param entries the ServiceEntries that name it in these very letters
   * @param complete whether there are no others
   * @param ports its ports; empty where they are not known
   */
  public record Host(
      Optional<Resource> service,
      List<Resource> entries,
      boolean complete,
      Optional<HostPorts> ports)
      implements Answer {

    public Host {
      entries = List.copyOf(entries);
    }

    /** Returns whether it is a Service that stands for a name outside. */
    public boolean isAlias() {
      return service.filter(one -> one.at("spec", "type").is("ExternalName")).isPresent();
    }

    /** Returns everything that registers it. */
    public List<Resource> objects() {
      List<Resource> all = new ArrayList<>(entries);
      service.ifPresent(all::add);
      return all;
    }
  }

  /**
   * The ports of a host.
   *
   * @param all all of them
   * @param numbers their numbers
   * @param proxied the numbers of those that proxies serve: not UDP
   */
  public record HostPorts(List<ServicePort> all, Set<Integer> numbers, Set<Integer> proxied) {

    static HostPorts of(List<ServicePort> all) {
      Set<Integer> numbers = new HashSet<>();
      Set<Integer> proxied = new HashSet<>();
      for (ServicePort port : all) {
        numbers.add(port.number());
        if (port.protocol() != Protocol.UDP) {
          proxied.add(port.number());
        }
      }
      return new HostPorts(
          List.copyOf(all),
          Collections.unmodifiableSet(numbers),
          Collections.unmodifiableSet(proxied));
    }
  }

  /** No host has that name. */
  public record NoHost() implements Answer {}

  /** There may or may not be one. */
  public record UnknownHost() implements Answer {}

  /** Returns whether something was left out because it would have been too much work. */
  public boolean isCutShort() {
    return budget.isOver();
  }

  /** Looks up a host by its full name, letter by letter. */
  public Answer find(String fullName) {
    Answer answer = known.get(fullName);
    if (answer == null) {
      answer = read(fullName);
      known.put(fullName, answer);
    }
    return answer;
  }

  private Answer read(String fullName) {
    // Neither a Service nor a domain ends in a dot, though callers may write one.
    Lookup service = fullName.endsWith(".") ? new Lookup.Absent() : registry.service(fullName);
    Listing listed = registry.entries(fullName.toLowerCase(Locale.ROOT));
    List<Resource> entries =
        listed.items().stream().filter(entry -> facts(entry).names().contains(fullName)).toList();
    if (service.found().isPresent() || !entries.isEmpty()) {
      return new Host(
          service.found(),
          entries,
          listed.complete(),
          ports(service.found(), entries, listed.complete()));
    }
    boolean none =
        service.isAbsent()
            && listed.complete()
            && listed.items().isEmpty()
            && !HostName.isAddress(fullName)
            && MADE_ELSEWHERE.stream().noneMatch(fullName::endsWith);
    return none ? new NoHost() : new UnknownHost();
  }

  /** Of a host of several objects any port counts: versions differ in which of them they take. */
  private Optional<HostPorts> ports(
      Optional<Resource> service, List<Resource> entries, boolean complete) {
    boolean alias = service.filter(one -> one.at("spec", "type").is("ExternalName")).isPresent();
    if (mesh.facts().multiCluster() || alias || (service.isEmpty() && !complete)) {
      return Optional.empty();
    }
    List<Resource> objects = new ArrayList<>(entries);
    service.ifPresent(objects::add);
    if (objects.size() == 1) {
      return facts(objects.get(0)).ports();
    }
    List<ServicePort> ports = new ArrayList<>();
    for (Resource object : objects) {
      List<ServicePort> own = facts(object).ports().map(HostPorts::all).orElse(List.of());
      if (!budget.take(own.size())) {
        return Optional.empty();
      }
      ports.addAll(own);
    }
    return ports.isEmpty() ? Optional.empty() : Optional.of(HostPorts.of(ports));
  }

  /** One object may have thousands of hosts and ports, and is read once for all of them. */
  private Facts facts(Resource object) {
    return facts.computeIfAbsent(object, one -> Facts.of(one, mesh));
  }

  /**
   * What an object says of all of its hosts.
   *
   * @param names its hosts, of a ServiceEntry
   * @param ports its ports; empty where it has none
   */
  private record Facts(Set<String> names, Optional<HostPorts> ports) {

    static Facts of(Resource object, Mesh mesh) {
      Set<String> names = new HashSet<>();
      object.at("spec", "hosts").each().forEach(host -> host.text().ifPresent(names::add));
      List<ServicePort> ports = ServicePort.of(object, mesh.facts().istio());
      return new Facts(
          names, ports.isEmpty() ? Optional.empty() : Optional.of(HostPorts.of(ports)));
    }
  }

  /** Returns the namespaces in which a host is registered. */
  static Set<String> namespaces(Host host) {
    Set<String> namespaces = new HashSet<>();
    host.objects().forEach(object -> namespaces.add(object.namespace()));
    return namespaces;
  }
}
