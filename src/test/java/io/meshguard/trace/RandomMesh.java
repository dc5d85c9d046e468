package io.meshguard.trace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.trace.Question.Caller;
import io.meshguard.trace.RandomGateways.Gate;
import io.meshguard.trace.RandomRoutes.Place;
import io.meshguard.trace.RandomServices.Registered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A mesh of many hosts: Services, ServiceEntries, Gateways, routes and Sidecars by a seed. */
final class RandomMesh {
  private static final int SERVICES = 30;
  private static final int ENTRIES = 12;
  private static final int GATEWAY_HOSTS = 24;

  private final Dice dice;
  private final RandomGateways gateways;
  private final RandomServices services;
  private final RandomRoutes routes;
  private final List<Group> groups = new ArrayList<>();
  private final List<ObjectNode> shared = new ArrayList<>();
  private int names;

  /**
   * Objects that belong together, and where requests for them may come in.
   *
   * @param hosts names that requests ask for
   * @param ports at which sidecars are asked
   * @param gates at which gateways are asked; empty for none
   * @param objects without those that groups share
   */
  record Group(
      int number,
      List<String> hosts,
      List<Integer> ports,
      List<Gate> gates,
      List<ObjectNode> objects) {}

  RandomMesh(long seed, Stage.Addresses addresses, Path certificate) {
    this.dice = new Dice(seed);
    this.gateways = new RandomGateways(dice, certificate);
    this.services = new RandomServices(dice, addresses);
    this.routes = new RandomRoutes(dice, services.registered());
    shared.addAll(gateways.objects());
    int number = 0;
    List<Registered> made = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      made.add(services.service(number++));
    }
    for (int i = 0; i < ENTRIES; i++) {
      made.add(services.entry(number++));
    }
    made.forEach(each -> groups.add(registered(each)));
    for (int i = 0; i < GATEWAY_HOSTS; i++) {
      groups.add(gatewayHost(number++, i));
    }
    sidecars();
    if (dice.percent(40)) {
      Place place = new Place("pay", List.of(), List.of());
      ObjectNode wide = routes.virtualService(place, "wide", List.of("*.pay.svc.cluster.local"));
      routes.http(wide, place, 3);
      shared.add(wide);
    }
  }

  List<Group> groups() {
    return groups;
  }

  /** Returns the objects that concern all groups. */
  List<ObjectNode> shared() {
    return shared;
  }

  /** Returns all objects. */
  List<ObjectNode> objects() {
    List<ObjectNode> all = new ArrayList<>(shared);
    groups.forEach(group -> all.addAll(group.objects()));
    return all;
  }

  private String name(int number) {
    return "n" + names++ + "-" + number;
  }

  private Group registered(Registered host) {
    List<ObjectNode> objects = new ArrayList<>(host.objects());
    List<String> hosts = new ArrayList<>();
    if (host.isService()) {
      String name = host.host().substring(0, host.host().indexOf('.'));
      hosts.addAll(
          List.of(
              name,
              name + "." + host.namespace(),
              name + "." + host.namespace() + ".svc",
              host.host(),
              host.host()));
    } else if (host.host().startsWith("*.")) {
      hosts.addAll(List.of("x" + host.host().substring(1), "x.y" + host.host().substring(1)));
    } else {
      hosts.add(host.host());
    }
    List<Gate> gates = new ArrayList<>();
    int count = dice.of(0, 1, 1, 1, 2);
    for (int i = 0; i < count; i++) {
      String namespace = dice.percent(75) ? host.namespace() : dice.one(Stage.NAMESPACES);
      List<String> names = new ArrayList<>();
      if (dice.percent(20)) {
        names.add("mesh");
        gates(names, gates, namespace, 1);
      }
      Place place = new Place(namespace, List.of(host), names);
      String spelled = host.host();
      if (host.isService()) {
        String name = host.host().substring(0, host.host().indexOf('.'));
        spelled =
            namespace.equals(host.namespace()) && dice.percent(50)
                ? name
                : dice.percent(8) ? name + "." + host.namespace() : host.host();
      }
      ObjectNode route = routes.virtualService(place, name(host.number()), List.of(spelled));
      if (host.ports().stream().anyMatch(RandomServices.Port::isHttp) || dice.percent(25)) {
        routes.http(route, place, 1 + dice.below(4));
      }
      if (dice.percent(host.ports().stream().allMatch(RandomServices.Port::isHttp) ? 5 : 45)) {
        routes.tcp(route, place);
      }
      if (host.ports().stream().anyMatch(port -> port.number() == 443) && dice.percent(70)) {
        routes.tls(route, place, List.of(spelled));
      }
      if (Trees.spec(route).has("http")
          || Trees.spec(route).has("tcp")
          || Trees.spec(route).has("tls")) {
        objects.add(route);
      }
    }
    count = dice.of(0, 0, 1, 1, 2);
    for (int i = 0; i < count; i++) {
      objects.add(routes.destinationRule(host, name(host.number())));
    }
    List<Integer> ports = host.ports().stream().map(RandomServices.Port::number).toList();
    return new Group(host.number(), hosts, ports, gates, objects);
  }

  private void gates(List<String> names, List<Gate> gates, String namespace, int count) {
    List<Gate> of =
        gateways.gates().stream()
            .filter(gate -> gate.transport() == Question.Transport.HTTP)
            .toList();
    for (Gate gate : dice.some(count, of)) {
      boolean near = gate.namespace().equals(namespace) && dice.percent(50);
      String reference = near ? gate.name() : gate.id();
      if (!names.contains(reference)) {
        names.add(reference);
      }
      gateways.gates().stream().filter(each -> each.id().equals(gate.id())).forEach(gates::add);
    }
  }

  private Group gatewayHost(int number, int index) {
    String host = "h" + index + ".example.com";
    List<ObjectNode> objects = new ArrayList<>();
    List<Gate> gates = new ArrayList<>();
    List<String> asked = new ArrayList<>(List.of(host, host, host, "x." + host));
    int count = dice.of(1, 1, 1, 2, 2, 3);
    for (int i = 0; i < count; i++) {
      String namespace = dice.of("shop", "shop", "pay", "istio-system");
      List<String> names = new ArrayList<>();
      gates(names, gates, namespace, 1 + dice.below(2));
      if (dice.percent(8)) {
        names.add("unknown");
      }
      if (dice.percent(15)) {
        names.add("mesh");
      }
      Place place = new Place(namespace, List.of(), names);
      List<String> hosts =
          dice.percent(75)
              ? List.of(host)
              : dice.of(
                  List.of("*." + host),
                  List.of(host, "*." + host),
                  List.of("H" + index + ".Example.com"));
      ObjectNode route = routes.virtualService(place, name(number), hosts);
      ArrayNode http = routes.http(route, place, 1 + dice.below(4));
      if (dice.percent(25)) {
        objects.add(delegate(http, namespace, number));
      }
      if (gates.stream().anyMatch(gate -> gate.transport() == Question.Transport.TLS)
          && dice.percent(60)) {
        routes.tls(route, place, List.of(hosts.get(0)));
      }
      if (gates.stream().anyMatch(gate -> gate.transport() == Question.Transport.TCP)
          && dice.percent(60)) {
        routes.tcp(route, place);
      }
      objects.add(route);
    }
    if (dice.percent(10)) {
      Place place = new Place("shop", List.of(), List.of("istio-system/g0"));
      ObjectNode all = routes.virtualService(place, name(number), List.of("*.example.com"));
      routes.http(all, place, 2);
      objects.add(all);
    }
    return new Group(number, asked, List.of(80), gates, objects);
  }

  private ObjectNode delegate(ArrayNode http, String namespace, int number) {
    String to = dice.percent(60) ? namespace : dice.one(Stage.NAMESPACES);
    String name = name(number);
    Place place = new Place(to, List.of(), List.of());
    ObjectNode delegate = Trees.object(Trees.NETWORKING, "VirtualService", to, name);
    routes.http(delegate, place, 1 + dice.below(3));
    ObjectNode route = http.insertObject(dice.below(http.size() + 1));
    route.putArray("match").addObject().putObject("uri").put("prefix", dice.of("/", "/a", "/c"));
    if (dice.percent(15)) {
      ((ObjectNode) route.at("/match/0")).putObject("headers").putObject("x-a").put("exact", "a");
    }
    ObjectNode reference =
        route.putObject("delegate").put("name", dice.percent(95) ? name : "lost");
    if (!to.equals(namespace) || dice.percent(30)) {
      reference.put("namespace", to);
    }
    return delegate;
  }

  private void sidecars() {
    if (dice.percent(50)) {
      ObjectNode pay = Trees.object(Trees.NETWORKING, "Sidecar", "pay", "default");
      ArrayNode hosts = egress(pay).putArray("hosts").add("./*").add("istio-system/*");
      if (dice.percent(60)) {
        hosts.add("shop/*");
      }
      if (dice.percent(60)) {
        Trees.spec(pay).putObject("outboundTrafficPolicy").put("mode", "REGISTRY_ONLY");
      }
      shared.add(pay);
    }
    if (dice.percent(50)) {
      ObjectNode job = Trees.object(Trees.NETWORKING, "Sidecar", "shop", "job");
      Trees.spec(job).putObject("workloadSelector").putObject("labels").put("app", "job");
      ArrayNode hosts = egress(job).putArray("hosts").add("./*");
      for (Registered each : dice.some(8, services.registered())) {
        hosts.add(dice.of("*", each.namespace()) + "/" + each.host());
      }
      shared.add(job);
    }
    if (dice.percent(35)) {
      ObjectNode tool = Trees.object(Trees.NETWORKING, "Sidecar", "data", "tool");
      ObjectNode egress = egress(tool);
      egress.putObject("port").put("number", 8000).put("protocol", "HTTP").put("name", "http");
      egress.putArray("hosts").add("shop/*").add("data/*");
      egress(tool).putArray("hosts").add("*/*");
      shared.add(tool);
    }
    if (dice.percent(20)) {
      ObjectNode root = Trees.object(Trees.NETWORKING, "Sidecar", "istio-system", "default");
      egress(root).putArray("hosts").add("./*").add("shop/*").add("data/*").add("istio-system/*");
      shared.add(root);
    }
  }

  private static ObjectNode egress(ObjectNode sidecar) {
    return Trees.spec(sidecar).withArrayProperty("egress").addObject();
  }

  /** Returns somebody in the mesh. */
  static Caller caller(Dice dice) {
    var client = dice.one(Stage.CLIENTS);
    return new Caller(client.namespace(), client.name(), false);
  }
}
