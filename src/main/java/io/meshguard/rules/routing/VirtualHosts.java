package io.meshguard.rules.routing;

import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.GatewayNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The virtual hosts that Envoy makes of a VirtualService: its hosts, as far as the servers of its
 * Gateways take them (istio pilot/pkg/networking/core/gateway.go {@code
 * buildGatewayHTTPRouteConfig} @1.30.3).
 *
 * @param all some of them; none for a delegate, whose root has them
 */
record VirtualHosts(List<VirtualHost> all) {

  /** Host of an example where any will do. */
  private static final String ANY = "example.com";

  /** So many are enough to find one that a request can take. */
  private static final int MOST = 50;

  private static final int MOST_COMPARED = 5_000;

  /** Labels that stand for a wildcard, for what others serve by name is not the wildcard's. */
  private static final List<String> LABELS = List.of("a", "b", "c", "any", "some", "other");

  VirtualHosts {
    all = List.copyOf(all);
  }

  /** Returns those of a VirtualService. */
  static VirtualHosts of(Resource subject, Mesh mesh) {
    List<VirtualHost> all = new ArrayList<>();
    List<String> hosts =
        VirtualServices.hosts(subject).stream()
            .map(host -> host.text(""))
            .filter(VirtualHosts::isHost)
            .toList();
    WorkBudget budget = new WorkBudget(MOST_COMPARED);
    for (String gateway : GatewayNames.of(subject).ofAll()) {
      Optional<Resource> found = find(gateway, subject, mesh);
      List<Gateways.Server> servers =
          found
              .map(object -> Gateways.httpServers(object, subject.namespace()))
              .orElse(List.of(Gateways.Server.ANY));
      for (Gateways.Server server : servers) {
        String scheme =
            gateway.equals(VirtualServices.MESH) ? Gateways.Server.HTTP : server.scheme();
        for (String host : hosts) {
          for (String taken : server.hosts()) {
            if (all.size() == MOST || !budget.take(1)) {
              return new VirtualHosts(all);
            }
            String own = found.isPresent() ? fullName(host, subject, mesh) : host;
            @Nullable String narrower = HostName.narrower(own, taken);
            if (narrower != null) {
              String example = example(narrower, subject, mesh);
              all.add(new VirtualHost(gateway, narrower, example, scheme, server.port()));
            }
          }
        }
      }
    }
    return new VirtualHosts(all);
  }

  /** Returns the authority of a request that says nothing else of it. */
  String authority() {
    return all.stream()
        .filter(virtualHost -> !HostName.isWildcard(virtualHost.host()))
        .findFirst()
        .or(() -> all.stream().findFirst())
        .map(VirtualHost::example)
        .orElse(ANY);
  }

  /** Returns those through a gateway; all where that is not said. */
  List<VirtualHost> through(@Nullable String gateway) {
    return gateway == null
        ? all
        : all.stream().filter(virtualHost -> virtualHost.gateway().equals(gateway)).toList();
  }

  private static Optional<Resource> find(String gateway, Resource subject, Mesh mesh) {
    return gateway.equals(VirtualServices.MESH)
        ? Optional.empty()
        : Gateways.reference(gateway, subject.namespace())
            .map(reference -> Gateways.find(reference, mesh))
            .flatMap(Lookup::found);
  }

  /** At a gateway a short name is completed; inside the mesh callers use it as it is. */
  private static String fullName(String host, Resource subject, Mesh mesh) {
    return HostName.completed(host, subject.namespace(), mesh.facts().clusterDomain());
  }

  private static String example(String host, Resource subject, Mesh mesh) {
    if (!HostName.isWildcard(host)) {
      return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
    if (host.length() == 1) {
      return ANY;
    }
    String suffix = host.substring(1);
    return LABELS.stream()
        .map(label -> label + suffix)
        .filter(
            name -> VirtualServices.othersForGatewayHost(subject, name, mesh).findFirst().isEmpty())
        .findFirst()
        .orElse(LABELS.get(0) + suffix);
  }

  /** Istio refuses what is no host; a request for it cannot be written down. */
  private static boolean isHost(String text) {
    return !text.isEmpty()
        && text.indexOf('*') <= 0
        && text.chars().allMatch(c -> "-._:*".indexOf(c) >= 0 || isLetterOrDigit(c));
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
