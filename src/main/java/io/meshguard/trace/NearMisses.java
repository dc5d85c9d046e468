package io.meshguard.trace;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Domains;
import io.meshguard.route.GatewayListener;
import io.meshguard.route.ProxyTables;
import io.meshguard.trace.Step.Passed;
import io.meshguard.trace.Step.Reason;
import io.meshguard.traffic.GatewayNames;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** VirtualServices for a host that no virtual host of a gateway has, and why none has it. */
final class NearMisses {

  private static final int MOST = 5;

  private final ProxyTables tables;
  private final List<Server> servers;

  /** Looks at the servers that share virtual hosts with one. */
  NearMisses(ProxyTables tables, GatewayListener listener, Server server) {
    this.tables = tables;
    this.servers =
        server.isPlain()
            ? listener.servers().stream().filter(Server::isPlain).toList()
            : List.of(server);
  }

  List<Passed> of(String authority) {
    String host = Domains.host(authority);
    List<Passed> passed = new ArrayList<>();
    for (Resource one : tables.mesh().list(Kind.VIRTUAL_SERVICE).items()) {
      Deadline.check();
      boolean covers =
          VirtualServices.hosts(one).stream()
              .anyMatch(at -> HostName.covers(at.text("").toLowerCase(Locale.ROOT), host));
      if (covers && passed.size() < MOST) {
        passed.add(new Passed(Place.of(one), reason(one, host), Optional.empty()));
      }
    }
    return passed;
  }

  private Reason reason(Resource one, String host) {
    Set<String> bound = GatewayNames.of(one).ofAll();
    List<Server> own = servers.stream().filter(server -> bound.contains(name(server))).toList();
    if (own.isEmpty()) {
      return Reason.OTHER_GATEWAY;
    }
    if (Visibility.of(one, tables.mesh()).reaches(tables.proxy().namespace()) == Ternary.FALSE) {
      return Reason.NOT_EXPORTED;
    }
    Set<String> taken =
        own.stream()
            .flatMap(server -> server.hosts().stream())
            .filter(entry -> isFor(entry, one.namespace()))
            .map(entry -> entry.substring(entry.indexOf('/') + 1).toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return Domains.best(taken, host).isEmpty() ? Reason.HOST_NOT_TAKEN : Reason.NO_ROUTE_HERE;
  }

  private static boolean isFor(String entry, String namespace) {
    int slash = entry.indexOf('/');
    return slash < 0 || entry.substring(0, slash).equals(namespace);
  }

  private static String name(Server server) {
    return server.gateway().namespace() + "/" + server.gateway().name();
  }
}
