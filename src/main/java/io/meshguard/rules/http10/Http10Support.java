package io.meshguard.rules.http10;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.ServiceWorkloads;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether proxies take HTTP/1.0: switched on in istiod for all, or per proxy by an environment
 * variable that must be exactly {@code 1}. Since 1.13 the sidecar of a client passes HTTP/1.0 on as
 * bytes, whatever that variable says there; who answers it with 426 is the sidecar of the workload
 * that is called, on a port that is declared as HTTP, or a gateway.
 */
final class Http10Support {

  /** Variable of a proxy. */
  static final String VARIABLE = "ISTIO_META_HTTP10";

  /** Variable of istiod. */
  static final String ISTIOD_VARIABLE = "PILOT_HTTP10";

  /** Container of a proxy. */
  static final String PROXY = "istio-proxy";

  /** Until then a client's own sidecar looks for HTTP/1.0, and needs the variable. */
  private static final VersionRange CLIENT_COUNTS = VersionRange.before("1.13");

  /** Kinds that are looked up. */
  static final Set<Kind> READS = reads();

  private static final int PLAIN_PORT = 80;

  private final Mesh mesh;
  private final Injection injection;
  private final boolean clientCounts;
  private final Map<String, Boolean> refusals = new HashMap<>();

  Http10Support(Mesh mesh) {
    this.mesh = mesh;
    this.injection = new Injection(mesh);
    this.clientCounts = mesh.facts().istio().in(CLIENT_COUNTS) != Applicability.NOWHERE;
  }

  /** Returns whether istiod is seen to allow HTTP/1.0. */
  boolean everywhere() {
    return new IstiodSettings(mesh).isOn(ISTIOD_VARIABLE);
  }

  /** Returns whether a workload is a client in the mesh that HTTP/1.0 may fail for. */
  boolean mayConcern(Workload workload) {
    Decision decision = injection.decide(workload);
    return !decision.ruledOut() && !everywhere() && !(clientCounts && takes(workload, decision));
  }

  /** Returns whether clients in a namespace may be in the mesh. */
  boolean mayConcern(String namespace) {
    Optional<Decision> decision = injection.namespaceLabels(namespace).map(injection::decide);
    return !Injection.ignores(namespace) && decision.filter(Decision::ruledOut).isEmpty();
  }

  /**
   * Returns whether the proxy of a server may refuse HTTP/1.0. Where the server is not known,
   * settings for all proxies count, and else it may.
   *
   * @param server its host as a client writes it, with a port where one is written
   * @param namespace the namespace of the client
   */
  boolean mayBeRefused(String server, String namespace) {
    return refusals.computeIfAbsent(server, s -> find(s, namespace));
  }

  /** Returns whether a proxy of a namespace may refuse HTTP/1.0 if nothing more is known of it. */
  boolean mayBeRefused(String namespace) {
    Optional<String> revision =
        injection.namespaceLabels(namespace).map(injection::decide).flatMap(Decision::revision);
    return !isOn(new ProxyConfigs(mesh).environment(namespace, revision, VARIABLE));
  }

  /** Returns how many servers were looked up. */
  int lookups() {
    return refusals.size();
  }

  private boolean find(String server, String namespace) {
    int colon = server.lastIndexOf(':');
    String host = colon < 0 ? server : server.substring(0, colon);
    Lookup lookup = lookup(host, namespace);
    if (lookup.isAbsent()) {
      // Not registered: the client's sidecar passes it on as bytes.
      return clientCounts;
    }
    Optional<Resource> service = lookup.found();
    return service.isEmpty()
        ? mayBeRefused(namespace)
        : mayBeRefused(service.get(), colon < 0 ? "" : server.substring(colon + 1));
  }

  private boolean mayBeRefused(Resource service, String port) {
    Optional<Protocol> protocol =
        ServicePort.of(service, mesh.facts().istio()).stream()
            .filter(
                p -> Integer.toString(p.number()).equals(port.isEmpty() ? "" + PLAIN_PORT : port))
            .findFirst()
            .map(ServicePort::protocol);
    boolean bytes =
        protocol
            .filter(p -> p != Protocol.HTTP && p != Protocol.HTTP2 && p != Protocol.UNKNOWN)
            .isPresent();
    if (bytes && !clientCounts) {
      return false;
    }
    List<Workload> called = ServiceWorkloads.of(service, mesh);
    return called.isEmpty()
        ? mayBeRefused(service.namespace())
        : called.stream().anyMatch(this::mayRefuse);
  }

  private boolean mayRefuse(Workload called) {
    return !injection.leavesOut(called) && !takes(called, injection.decide(called));
  }

  private boolean takes(Workload workload, Decision decision) {
    return proxyVariables(workload).anyMatch(variable -> variable.at("value").is("1"))
        || isOn(new ProxyConfigs(mesh).environment(workload, decision.revision(), VARIABLE));
  }

  private static Stream<Cursor> proxyVariables(Workload workload) {
    return workload.template().allContainers().stream()
        .filter(container -> container.at("name").is(PROXY))
        .flatMap(container -> container.at("env").each().stream())
        .filter(variable -> variable.at("name").is(VARIABLE));
  }

  /** Looks up the Service that a name means to the resolver of a Pod. */
  private Lookup lookup(String host, String namespace) {
    String domain = mesh.facts().clusterDomain();
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String suffix = ".svc." + domain;
    String head = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    head = head.endsWith(".svc") ? head.substring(0, head.length() - 4) : head;
    String[] labels = head.split("\\.", -1);
    if (labels.length > 2) {
      return registered(name);
    }
    String own = labels.length == 2 ? labels[1] : namespace;
    Lookup service = mesh.find(Kind.SERVICE, own, labels[0]);
    return service.isAbsent() ? registered(name) : service;
  }

  /** What only a ServiceEntry names is outside as a rule, and its proxy is seen by nobody here. */
  private Lookup registered(String name) {
    return new Registry(mesh).contains(name) == Ternary.UNKNOWN
        ? new Lookup.Unknown()
        : new Lookup.Absent();
  }

  private static boolean isOn(Optional<ProxyConfigs.Setting> setting) {
    return setting.filter(s -> s.value().equals("1")).isPresent();
  }

  private static Set<Kind> reads() {
    Set<Kind> kinds = new HashSet<>(Registry.READS);
    kinds.addAll(ServiceWorkloads.READS);
    return Set.copyOf(kinds);
  }
}
