package io.meshguard.route;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.Age;
import io.meshguard.istio.ServicePort;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Version;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.traffic.ServerMerge;
import io.meshguard.traffic.ServerMerge.Era;
import io.meshguard.traffic.ServerMerge.Fate;
import io.meshguard.traffic.ServerMerge.Loss;
import io.meshguard.traffic.ServerMerge.Port;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of a gateway: the servers of all Gateways that select it, by the port at which they
 * listen (istio pilot/pkg/model/gateway.go {@code mergeGateways} @1.30.3).
 */
final class GatewayListeners {

  private static final String NO_TRANSLATION =
      "experimental.istio.io/disable-gateway-port-translation";

  private final Proxy proxy;
  private final Mesh mesh;
  private final Assumptions assumptions;
  private final Map<String, GatewayListener> byPort = new LinkedHashMap<>();
  private final List<Resource> gateways;
  private final List<Resource> services;

  GatewayListeners(Proxy proxy, Mesh mesh, Assumptions assumptions) {
    this.proxy = proxy;
    this.mesh = mesh;
    this.assumptions = assumptions;
    this.gateways = selecting();
    this.services =
        mesh.list(Kind.SERVICE, proxy.namespace()).items().stream().filter(this::selects).toList();
    read();
  }

  /** Returns the Gateways that select the proxy, the oldest first. */
  List<Resource> gateways() {
    return gateways;
  }

  /** Returns the listeners. */
  List<GatewayListener> all() {
    return List.copyOf(byPort.values());
  }

  /**
   * Returns the listener that a client reaches at a port of the Service in front, or of the Pod
   * where that has no such port; empty where nothing listens there.
   */
  Optional<GatewayListener> at(int port) {
    return Optional.ofNullable(byPort.get(listened(port)));
  }

  private List<Resource> selecting() {
    List<Resource> sorted = new ArrayList<>();
    for (Resource gateway : mesh.list(Kind.GATEWAY).items()) {
      Deadline.check();
      if (proxy.has(LabelSelector.labels(gateway.at("spec", "selector")))) {
        if (!Shapes.isGateway(gateway)) {
          assumptions.doubt(Subject.UNREADABLE, gateway.ref().path());
        }
        int at = sorted.size();
        while (at > 0 && isBefore(gateway, sorted.get(at - 1))) {
          at--;
        }
        sorted.add(at, gateway);
      }
    }
    return sorted;
  }

  /** Which is older matters only where two have servers on one port that do not go together. */
  private boolean isBefore(Resource one, Resource other) {
    Ternary older = Age.isOlder(one, other);
    if (older != Ternary.UNKNOWN) {
      return older == Ternary.TRUE;
    }
    boolean named = one.ref().path().compareTo(other.ref().path()) < 0;
    if (!sharePort(one, other)) {
      return named;
    }
    Resource first = named ? one : other;
    Resource second = named ? other : one;
    return named == assumptions.holds(Subject.OLDER, first.ref().path(), second.ref().path());
  }

  private static boolean sharePort(Resource one, Resource other) {
    return ServerMerge.ports(one).keySet().stream().anyMatch(ServerMerge.ports(other)::containsKey);
  }

  private boolean selects(Resource service) {
    Map<String, String> selector = LabelSelector.labels(service.at("spec", "selector"));
    return !selector.isEmpty() && proxy.has(selector) && service.label(NO_TRANSLATION).isEmpty();
  }

  private void read() {
    Map<String, List<Server>> servers = new LinkedHashMap<>();
    for (Resource gateway : gateways) {
      for (Map.Entry<Port, List<Server>> one : ServerMerge.ports(gateway).entrySet()) {
        if (!one.getKey().bind().isEmpty()) {
          assumptions.doubt(Subject.NOT_MODELLED, gateway.ref().path() + " spec.servers.bind");
        }
        servers
            .computeIfAbsent(listened(one.getKey().number()), port -> new ArrayList<>())
            .addAll(one.getValue());
      }
    }
    Version version = mesh.facts().istio().lowest().orElse(Version.of("1.30"));
    servers.forEach(
        (port, all) -> {
          IdentityHashMap<Server, Loss> losses = ServerMerge.losses(all, Era.of(version));
          List<Server> living = all.stream().filter(one -> lives(losses.get(one))).toList();
          boolean refused =
              losses.values().stream()
                  .map(Loss::fate)
                  .anyMatch(fate -> fate == Fate.NAME || fate == Fate.EVERY_HOST);
          byPort.put(port, new GatewayListener(living, losses, refused));
        });
  }

  /** What Envoy refuses stands in the listener all the same. */
  private static boolean lives(@Nullable Loss loss) {
    return loss == null
        || loss.fate() == Fate.REDIRECT
        || loss.fate() == Fate.REDIRECTED
        || loss.fate() == Fate.NAME
        || loss.fate() == Fate.EVERY_HOST;
  }

  /** The port of the Pod behind a port of the Service, of the first that has it. */
  private String listened(int port) {
    for (Resource service : services) {
      for (Cursor at : service.at("spec", "ports").each()) {
        if (ServicePort.number(at.at("port")) == port) {
          Cursor target = at.at("targetPort");
          int number = ServicePort.number(target);
          if (number > 0) {
            return Integer.toString(number);
          }
          return target.text().map(this::named).orElse(Integer.toString(port));
        }
      }
    }
    return Integer.toString(port);
  }

  private String named(String name) {
    return proxy
        .object()
        .flatMap(PodTemplate::of)
        .flatMap(
            template ->
                template.containers().stream()
                    .flatMap(container -> container.at("ports").each().stream())
                    .filter(at -> at.at("name").is(name))
                    .map(at -> Integer.toString(ServicePort.number(at.at("containerPort"))))
                    .findFirst())
        .orElse("port:" + name);
  }
}
