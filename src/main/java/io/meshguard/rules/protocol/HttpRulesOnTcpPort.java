package io.meshguard.rules.protocol;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * HTTP routes for a service of which no port is taken to speak HTTP: sidecars pass the bytes
 * through and never look at the routes (istio pilot/pkg/networking/core/listener.go @1.30.3).
 */
public final class HttpRulesOnTcpPort implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("http-rules-on-tcp-port")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Registry.READS)
          .faq(FaqEntry.HEADER_CASE, FaqEntry.VIRTUAL_SERVICE)
          .hides(Symptom.TIMEOUT, Symptom.of(503, "fault_filter_abort", ResponseFlag.FI))
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Cursor http = subject.at("spec", "http");
    if (!http.isNonEmpty() || !onlyForMesh(subject)) {
      return;
    }
    Registry registry = new Registry(mesh);
    List<Cursor> hosts = VirtualServices.hosts(subject);
    List<Cursor> silentHosts = new ArrayList<>();
    List<String> silentPorts = new ArrayList<>();
    List<ServicePort> all = new ArrayList<>();
    boolean allKnown = !hosts.isEmpty();
    Map<String, HostPorts> known = new HashMap<>();
    for (Cursor host : hosts) {
      String domain = mesh.facts().clusterDomain();
      String fullName = HostName.resolve(host.text(""), subject.namespace(), domain);
      HostPorts ports = known.get(fullName);
      if (ports == null) {
        ports = HostPorts.of(fullName, registry);
        known.put(fullName, ports);
        all.addAll(ports.ports().orElse(List.of()));
      }
      allKnown &= ports.ports().isPresent();
      if (ports.silent().isPresent()) {
        silentHosts.add(host);
        silentPorts.add(ports.silent().get());
      }
    }
    if (!silentHosts.isEmpty() && silentHosts.size() == hosts.size()) {
      String host = silentHosts.get(0).text("");
      report.say(http, "all", host, hosts.size() - 1, silentPorts.get(0));
      return;
    }
    boolean otherRoutes =
        subject.at("spec", "tcp").isNonEmpty() || subject.at("spec", "tls").isNonEmpty();
    if (!otherRoutes) {
      for (int i = 0; i < silentHosts.size(); i++) {
        report.say(silentHosts.get(i), "host", silentPorts.get(i));
      }
    }
    if (allKnown) {
      checkPorts(http, all, report);
    }
  }

  private static boolean onlyForMesh(Resource virtualService) {
    return virtualService.at("spec", "gateways").each().stream()
        .allMatch(gateway -> gateway.is(VirtualServices.MESH));
  }

  /**
   * The ports of a host.
   *
   * @param ports the ports; empty where they are not known
   * @param silent the first of them, if none speaks HTTP
   */
  private record HostPorts(Optional<List<ServicePort>> ports, Optional<String> silent) {

    static HostPorts of(String fullName, Registry registry) {
      Optional<List<ServicePort>> ports =
          HostName.isWildcard(fullName) ? Optional.empty() : registry.ports(fullName);
      return new HostPorts(
          ports, ports.filter(HttpRulesOnTcpPort::speaksNoHttp).map(found -> shown(found.get(0))));
    }
  }

  private static boolean speaksNoHttp(List<ServicePort> ports) {
    return !ports.isEmpty() && ports.stream().noneMatch(port -> port.protocol().mayBeHttp());
  }

  /** Returns a port with what decides its protocol; words that say HTTP did not. */
  private static String shown(ServicePort port) {
    String transport = port.at().at("protocol").text("");
    Stream<String> words =
        Stream.of("appProtocol", "name").flatMap(field -> port.at().at(field).text().stream());
    String word =
        transport.equalsIgnoreCase("UDP")
            ? transport
            : words.filter(text -> !saysHttp(text)).findFirst().orElse(transport);
    return (port.number() + " " + word).strip();
  }

  private static boolean saysHttp(String word) {
    int dash = word.indexOf('-');
    Protocol protocol = Protocol.parse(dash < 0 ? word : word.substring(0, dash));
    return protocol != Protocol.UNDECLARED && protocol.mayBeHttp();
  }

  /** Reports matches that are limited to a port which speaks HTTP for none of the hosts. */
  private static void checkPorts(Cursor http, List<ServicePort> ports, Report report) {
    Set<Integer> dead = new HashSet<>();
    ports.forEach(port -> dead.add(port.number()));
    ports.stream().filter(p -> p.protocol().mayBeHttp()).forEach(p -> dead.remove(p.number()));
    for (Cursor route : http.each()) {
      for (Cursor match : route.at("match").each()) {
        int number = ServicePort.number(match.at("port"));
        boolean local =
            match.at("gateways").each().stream().allMatch(g -> g.is(VirtualServices.MESH));
        if (local && dead.contains(number)) {
          report.say(match.at("port"), "port", number);
        }
      }
    }
  }
}
