package io.meshguard.traffic;

import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Under which names a gateway serves a VirtualService: of a host of a server and one of the
 * VirtualService that have hosts in common, the narrower one. Routes of several VirtualServices are
 * joined where they are served under the same name by the same server, whatever their own hosts are
 * called (istio pilot/pkg/networking/core/gateway.go {@code buildGatewayHTTPRouteConfig} and
 * pkg/config/host/names.go {@code Intersection} @1.30.3). Looks each Gateway up once.
 */
public final class ServedNames {

  /** Hosts that are compared with hosts of servers. */
  private static final int MOST_PAIRS = 300_000;

  private final Resource subject;
  private final Mesh mesh;
  private final Map<String, Lookup> gateways = new HashMap<>();
  private final Map<String, List<Gateways.Server>> servers = new HashMap<>();

  private final Map<String, List<Set<String>>> own = new HashMap<>();
  private final Set<String> hosts;
  private final WorkBudget budget = new WorkBudget(MOST_PAIRS);

  /** Makes a view of the names of a VirtualService. */
  public ServedNames(Resource subject, Mesh mesh) {
    this.subject = subject;
    this.hosts = hosts(subject);
    this.mesh = mesh;
  }

  /** Returns whether it is certain that a gateway serves the VirtualService under no name. */
  public boolean none(String gateway) {
    Lookup lookup = lookup(gateway);
    return lookup.isAbsent()
        || lookup
            .found()
            .filter(found -> own(gateway, found).stream().allMatch(Set::isEmpty))
            .filter(found -> !budget.isOver())
            .isPresent();
  }

  /** Returns a Gateway, if it is known. */
  public Optional<Resource> gateway(String gateway) {
    return lookup(gateway).found();
  }

  /** Returns a name under which a gateway serves the VirtualService; empty where none is known. */
  public Optional<String> any(String gateway) {
    return lookup(gateway)
        .found()
        .flatMap(found -> own(gateway, found).stream().flatMap(Set::stream).findFirst());
  }

  /**
   * Returns whether a gateway surely joins another VirtualService to this one under each of its
   * names. Where the Gateway is not known, equal hosts in one namespace tell.
   */
  public boolean join(String gateway, Resource other) {
    if (other.namespace().equals(subject.namespace()) && hosts(other).containsAll(hosts)) {
      return true;
    }
    Optional<Resource> found = lookup(gateway).found();
    if (found.isEmpty()) {
      return false;
    }
    List<Set<String>> own = own(gateway, found.get());
    List<Set<String>> theirs = of(other, gateway, found.get());
    if (budget.isOver()) {
      return false;
    }
    for (int server = 0; server < own.size(); server++) {
      if (!theirs.get(server).containsAll(own.get(server))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the names under which a gateway serves this VirtualService, for each of its servers
   * that hand requests to routes; empty where the Gateway is not known.
   */
  public Optional<List<Set<String>>> of(String gateway) {
    return lookup(gateway).found().map(found -> own(gateway, found));
  }

  /**
   * Returns likewise those of another VirtualService; none where there is no such Gateway, and
   * empty where it is not known.
   *
   * @param gateway {@code namespace/name}
   */
  public Optional<List<Set<String>>> of(String gateway, Resource other) {
    Lookup lookup = lookup(gateway);
    return lookup.isAbsent()
        ? Optional.of(List.of())
        : lookup.found().map(found -> of(other, gateway, found));
  }

  /** Returns whether there were too many hosts to be compared. */
  public boolean isCutShort() {
    return budget.isOver();
  }

  private List<Set<String>> own(String gateway, Resource found) {
    return own.computeIfAbsent(gateway, name -> of(subject, name, found));
  }

  private Lookup lookup(String gateway) {
    return gateways.computeIfAbsent(
        gateway,
        name ->
            Gateways.reference(name, subject.namespace())
                .map(reference -> Gateways.find(reference, mesh))
                .orElse(new Lookup.Unknown()));
  }

  /** Returns the names by server, in the order of the servers that hand requests to routes. */
  private List<Set<String>> of(Resource virtualService, String name, Resource gateway) {
    String namespace = virtualService.namespace();
    List<Gateways.Server> listed =
        servers.computeIfAbsent(
            name + " " + namespace, key -> Gateways.httpServers(gateway, namespace));
    Set<String> all = hosts(virtualService);
    List<Set<String>> names = new ArrayList<>();
    for (Gateways.Server server : listed) {
      Set<String> served = new LinkedHashSet<>();
      for (String host : all) {
        String full = HostName.completed(host, namespace, mesh.facts().clusterDomain());
        for (String taken : server.hosts()) {
          if (!budget.take(1)) {
            return names;
          }
          @Nullable String narrower = HostName.narrower(full, taken);
          if (narrower != null) {
            served.add(narrower);
          }
        }
      }
      names.add(served);
    }
    return names;
  }

  private static Set<String> hosts(Resource virtualService) {
    Set<String> hosts = new LinkedHashSet<>();
    for (Cursor host : VirtualServices.hosts(virtualService)) {
      host.text().filter(text -> !text.isEmpty()).ifPresent(hosts::add);
    }
    return hosts;
  }
}
