package io.meshguard.trace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.trace.Question.Caller;
import io.meshguard.trace.Question.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Gateways of all kinds of servers, several for one Pod. */
final class RandomGateways {
  static final Caller INGRESS = new Caller("istio-system", "ingress", true);
  static final Caller EDGE = new Caller("shop", "edge", true);

  /** Target ports by the ports of the gateways' Services. */
  private static final Map<Caller, Map<Integer, Integer>> PORTS =
      Map.of(
          INGRESS, Map.of(80, 80, 8080, 8080, 443, 443, 9000, 9000),
          EDGE, Map.of(80, 8080, 8000, 8000, 443, 8443, 9000, 9001));

  private final Dice dice;
  private final Path certificate;
  private final List<Gate> gates = new ArrayList<>();
  private final List<ObjectNode> objects = new ArrayList<>();

  /**
   * One server of a Gateway on one Pod.
   *
   * @param namespace of the Gateway
   * @param name of the Gateway
   * @param pod which serves it
   * @param port of the Pod's Service
   * @param transport what clients speak
   */
  record Gate(String namespace, String name, Caller pod, int port, Transport transport) {
    String id() {
      return namespace + "/" + name;
    }
  }

  /**
   * Makes the Gateways of a mesh.
   *
   * @param certificate file of a certificate; that of its key ends in {@code .key}
   */
  RandomGateways(Dice dice, Path certificate) {
    this.dice = dice;
    this.certificate = certificate;
    objects.add(service(INGRESS, Map.of("istio", "ingress")));
    objects.add(service(EDGE, Map.of("istio", "edge")));
    for (int i = 0; i < 8; i++) {
      objects.add(gateway(i));
    }
  }

  /** Returns where a gateway listens for a port of its Service; other ports are its own. */
  static int listens(Caller gateway, int port) {
    return Objects.requireNonNull(PORTS.get(gateway)).getOrDefault(port, port);
  }

  List<ObjectNode> objects() {
    return objects;
  }

  List<Gate> gates() {
    return gates;
  }

  private static ObjectNode service(Caller gateway, Map<String, String> selector) {
    ObjectNode service = Trees.object("v1", "Service", gateway.namespace(), gateway.name());
    ObjectNode spec = Trees.spec(service);
    ObjectNode labels = spec.putObject("selector");
    selector.forEach(labels::put);
    ArrayNode ports = spec.putArray("ports");
    Objects.requireNonNull(PORTS.get(gateway))
        .forEach(
            (port, target) ->
                ports
                    .addObject()
                    .put("name", (port == 443 ? "https-" : port == 9000 ? "tcp-" : "http-") + port)
                    .put("port", port)
                    .put("targetPort", target));
    return service;
  }

  private ObjectNode gateway(int number) {
    // The first two are there in every world, so that something is always reached.
    String namespace =
        number == 0
            ? "istio-system"
            : number == 1 ? "shop" : dice.of("istio-system", "shop", "pay");
    String name = "g" + number;
    List<Caller> pods =
        number < 4
            ? List.of(number % 2 == 0 ? INGRESS : EDGE)
            : dice.of(List.of(INGRESS), List.of(EDGE), List.of(INGRESS, EDGE));
    ObjectNode gateway = Trees.object(Trees.NETWORKING, "Gateway", namespace, name);
    ObjectNode spec = Trees.spec(gateway);
    ObjectNode selector = spec.putObject("selector");
    if (pods.size() == 1) {
      selector.put("istio", pods.get(0).name());
    }
    ArrayNode servers = spec.putArray("servers");
    if (number < 2) {
      server(servers, 80, "HTTP").putArray("hosts").add("*");
      pods.forEach(pod -> gates.add(new Gate(namespace, name, pod, 80, Transport.HTTP)));
      return gateway;
    }
    if (number < 4) {
      // One for each Pod: names that two chains have make Envoy refuse the listener.
      ObjectNode server = server(servers, 443, "HTTPS");
      server.putArray("hosts").add(number == 2 ? "*.com" : "*.example.com");
      server
          .putObject("tls")
          .put("mode", "SIMPLE")
          .put("serverCertificate", certificate.toString())
          .put("privateKey", certificate + ".key");
      pods.forEach(pod -> gates.add(new Gate(namespace, name, pod, 443, Transport.TLS)));
    }
    int count = 1 + dice.below(2);
    for (int i = 0; i < count; i++) {
      int kind = dice.below(10);
      if (kind < 7) {
        int port = dice.of(80, 80, 8080, 8000);
        ObjectNode server = server(servers, port, dice.of("HTTP", "HTTP", "HTTP2", "GRPC"));
        hosts(server.putArray("hosts"));
        if (dice.percent(8)) {
          server.putObject("tls").put("httpsRedirect", true);
        }
        pods.forEach(pod -> gates.add(new Gate(namespace, name, pod, port, Transport.HTTP)));
      } else if (kind < 9) {
        ObjectNode server = server(servers, 443, "TLS");
        server.putArray("hosts").add(dice.of("*.example.com", "h1.example.com", "shop/*", "*"));
        server.putObject("tls").put("mode", "PASSTHROUGH");
        pods.forEach(pod -> gates.add(new Gate(namespace, name, pod, 443, Transport.TLS)));
      } else {
        server(servers, 9000, "TCP").putArray("hosts").add("*");
        pods.forEach(pod -> gates.add(new Gate(namespace, name, pod, 9000, Transport.TCP)));
      }
    }
    return gateway;
  }

  private void hosts(ArrayNode hosts) {
    switch (dice.below(6)) {
      case 0, 1 -> hosts.add("*");
      case 2 -> hosts.add("*.example.com");
      case 3 -> {
        for (int i = 0; i < 6; i++) {
          hosts.add("h" + (i * 4 + dice.below(4)) + ".example.com");
        }
      }
      case 4 -> hosts.add(dice.of("./*", "shop/*", "pay/*.example.com", "*/*.example.com"));
      default -> hosts.add("*.com").add("*.local");
    }
  }

  private static ObjectNode server(ArrayNode servers, int port, String protocol) {
    ObjectNode server = servers.addObject();
    server
        .putObject("port")
        .put("number", port)
        .put("name", "p" + servers.size())
        .put("protocol", protocol);
    return server;
  }
}
