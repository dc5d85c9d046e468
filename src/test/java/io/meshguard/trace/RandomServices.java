package io.meshguard.trace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Services and ServiceEntries of all kinds. */
final class RandomServices {
  private final Dice dice;
  private final Stage.Addresses addresses;
  private final List<Registered> registered = new ArrayList<>();

  /**
   * A host that something registers.
   *
   * @param number of its group
   * @param namespace of the object
   * @param host full name
   * @param ports its ports
   * @param objects what registers it
   */
  record Registered(
      int number, String namespace, String host, List<Port> ports, List<ObjectNode> objects) {
    /** Returns whether it is a Service. */
    boolean isService() {
      return host.endsWith(".svc.cluster.local");
    }
  }

  /** A port of a host; the protocol is the name's first part. */
  record Port(String name, int number, int target) {
    boolean isHttp() {
      return (name.startsWith("http") && !name.startsWith("https")) || name.startsWith("grpc");
    }
  }

  private static final List<Port> PORTS =
      List.of(
          new Port("http", 80, 8080),
          new Port("http-alt", 8000, 9000),
          new Port("http2", 8081, 8080),
          new Port("grpc", 9090, 8080),
          new Port("tcp", 9000, 9000),
          new Port("plain", 7070, 8080),
          new Port("https", 443, 9000),
          new Port("tcp-web", 8000, 8080));

  RandomServices(Dice dice, Stage.Addresses addresses) {
    this.dice = dice;
    this.addresses = addresses;
  }

  /** Returns what is registered so far. */
  List<Registered> registered() {
    return registered;
  }

  private List<Port> ports() {
    List<Port> ports = new ArrayList<>();
    if (dice.percent(75)) {
      ports.add(PORTS.get(0));
    }
    for (Port port : dice.some(1 + dice.below(2), PORTS)) {
      if (ports.stream().noneMatch(each -> each.number() == port.number())) {
        ports.add(port);
      }
    }
    return ports;
  }

  Registered service(int number) {
    String namespace = dice.one(Stage.NAMESPACES);
    String name = "s" + number;
    ObjectNode service = Trees.object("v1", "Service", namespace, name);
    ObjectNode spec = Trees.spec(service);
    List<Port> ports = ports();
    ArrayNode list = spec.putArray("ports");
    for (Port port : ports) {
      ObjectNode node = list.addObject();
      node.put("name", port.name()).put("port", port.number()).put("targetPort", port.target());
      if (port.name().equals("plain") && dice.percent(25)) {
        node.put("appProtocol", dice.of("http", "tcp", "grpc"));
      }
    }
    int kind = dice.below(100);
    if (kind < 5 && registered.stream().anyMatch(Registered::isService)) {
      spec.put("type", "ExternalName");
      spec.put("externalName", dice.percent(80) ? dice.one(registered).host() : "www.example.org");
    } else {
      spec.putObject("selector").put("app", kind < 15 ? "nobody" : dice.one(Stage.APPS));
      if (kind >= 15 && kind < 25) {
        spec.put("clusterIP", "None");
      }
    }
    if (dice.percent(12)) {
      Trees.annotate(
          service, "networking.istio.io/exportTo", dice.of(".", "shop", "pay,istio-system", "*"));
    }
    return add(number, namespace, name + "." + namespace + ".svc.cluster.local", ports, service);
  }

  Registered entry(int number) {
    String namespace = dice.one(Stage.NAMESPACES);
    boolean wildcard = dice.percent(20);
    String host = (wildcard ? "*." : "") + "e" + number + ".test";
    ObjectNode entry = Trees.object(Trees.NETWORKING, "ServiceEntry", namespace, "e" + number);
    ObjectNode spec = Trees.spec(entry);
    spec.putArray("hosts").add(host);
    if (dice.percent(25)) {
      ((ArrayNode) spec.get("hosts")).add("also.e" + number + ".example.org");
    }
    List<Port> ports = new ArrayList<>();
    for (Port port : dice.percent(60) ? List.of(PORTS.get(0)) : dice.some(2, PORTS)) {
      if (ports.stream().noneMatch(each -> each.number() == port.number())) {
        ports.add(port);
      }
    }
    String resolution = wildcard ? "NONE" : dice.of("STATIC", "STATIC", "DNS", "DNS", "NONE");
    ArrayNode list = spec.putArray("ports");
    for (Port port : ports) {
      ObjectNode node = list.addObject();
      node.put("number", port.number()).put("name", port.name());
      if (!port.name().equals("plain")) {
        node.put("protocol", protocol(port));
      }
      if (!resolution.equals("NONE")) {
        node.put("targetPort", port.target());
      }
    }
    spec.put("resolution", resolution);
    spec.put("location", dice.of("MESH_EXTERNAL", "MESH_INTERNAL"));
    if (!resolution.equals("NONE")) {
      ArrayNode endpoints = spec.putArray("endpoints");
      for (int i = 0; i < 1 + dice.below(2); i++) {
        ObjectNode endpoint = endpoints.addObject();
        endpoint.put(
            "address", addresses.of(dice.one(Stage.NAMESPACES), dice.one(Stage.APPS) + "-v1"));
        endpoint.putObject("labels").put("version", i == 0 ? "v1" : "v2");
      }
      if (dice.percent(60)) {
        spec.putArray("addresses").add("172.31." + number / 250 + "." + (1 + number % 250));
      }
    }
    if (dice.percent(15)) {
      spec.putArray("exportTo").add(dice.of(".", "*", "shop"));
    }
    return add(number, namespace, host, ports, entry);
  }

  private static String protocol(Port port) {
    return switch (port.name()) {
      case "http", "http-alt" -> "HTTP";
      case "http2" -> "HTTP2";
      case "grpc" -> "GRPC";
      case "https" -> "TLS";
      default -> "TCP";
    };
  }

  private Registered add(
      int number, String namespace, String host, List<Port> ports, ObjectNode object) {
    Registered made = new Registered(number, namespace, host, ports, List.of(object));
    registered.add(made);
    return made;
  }
}
