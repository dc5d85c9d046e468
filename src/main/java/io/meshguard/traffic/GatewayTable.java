package io.meshguard.traffic;

import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.HostSet;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The servers of Gateways through which a VirtualService is served: those of the Gateways that it
 * names which have a host in common with it (istio pilot/pkg/networking/core/gateway.go @1.30.3).
 *
 * @param gateways the Gateways that are found, by {@code namespace/name}
 * @param servers their servers that have a host in common with the VirtualService
 * @param complete whether every Gateway that it names is found or known not to exist
 */
public record GatewayTable(
    Map<String, Resource> gateways, List<GatewayServer> servers, boolean complete) {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Gateways.READS;

  public GatewayTable {
    gateways = Map.copyOf(gateways);
    servers = List.copyOf(servers);
  }

  /** Returns the servers that serve a VirtualService; none for a delegate, which has no hosts. */
  public static GatewayTable of(Resource virtualService, Mesh mesh) {
    HostSet hosts = hosts(virtualService, mesh);
    Map<String, Resource> found = new LinkedHashMap<>();
    List<GatewayServer> servers = new ArrayList<>();
    boolean complete = true;
    for (String name : GatewayNames.of(virtualService).ofAll()) {
      if (name.equals(VirtualServices.MESH)) {
        continue;
      }
      Optional<Lookup> lookup =
          Gateways.reference(name, virtualService.namespace())
              .map(reference -> Gateways.find(reference, mesh));
      // Istio refuses such a reference, and reads it all the same where it is stored.
      complete &= lookup.filter(one -> !(one instanceof Lookup.Unknown)).isPresent();
      Optional<Resource> gateway = lookup.flatMap(Lookup::found);
      if (gateway.isPresent()) {
        found.put(name, gateway.get());
        addServers(name, gateway.get(), virtualService.namespace(), hosts, servers);
      }
    }
    return new GatewayTable(found, servers, complete);
  }

  private static void addServers(
      String name, Resource gateway, String home, HostSet hosts, List<GatewayServer> servers) {
    for (Cursor server : gateway.at("spec", "servers").each()) {
      boolean meets =
          Gateways.hosts(server, gateway, home).stream()
              .anyMatch(host -> hosts.overlaps(host.toLowerCase(Locale.ROOT)));
      if (meets) {
        int port = ServicePort.number(server.at("port", "number"));
        servers.add(new GatewayServer(name, server, port, GatewayServer.mode(server)));
      }
    }
  }

  /** Versions differ in the letters that they compare; here any will do. */
  private static HostSet hosts(Resource virtualService, Mesh mesh) {
    String home = virtualService.namespace();
    String domain = mesh.facts().clusterDomain();
    return new HostSet(
        VirtualServices.hosts(virtualService).stream()
            .map(host -> HostName.resolve(host.text(""), home, domain))
            .toList());
  }
}
