package io.meshguard.trace;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Injection;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.Domains;
import io.meshguard.route.MeshService;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.SidecarListener;
import io.meshguard.route.TcpChain;
import io.meshguard.route.VirtualHost;
import io.meshguard.trace.Call.Wire;
import io.meshguard.trace.Outcome.Refusal;
import io.meshguard.trace.Step.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The way of a call through the sidecar of its client. */
final class SidecarWalk {

  private final ProxyTables tables;
  private final Call call;
  private final HttpWalk http;
  private final Destinations destinations;

  SidecarWalk(ProxyTables tables, Call call, HttpWalk http, Destinations destinations) {
    this.tables = tables;
    this.call = call;
    this.http = http;
    this.destinations = destinations;
  }

  Way way() {
    Names.Answer name = new Names(tables).find(call.host());
    List<Step> steps = new ArrayList<>();
    if (name instanceof Names.Nobody) {
      return Way.to(steps, new Outcome.Refused(Refusal.NO_NAME));
    }
    Names.Address address = (Names.Address) name;
    address
        .service()
        .ifPresent(
            service ->
                steps.add(
                    Step.of(
                        Kind.NAME,
                        List.of(Place.of(service.object())),
                        call.host(),
                        service.host())));
    destinations.call(address.service().orElse(null));
    address.service().ifPresent(service -> OtherRoutes.doubt(service, tables));
    Optional<Resource> without = withoutSidecar();
    if (without.isPresent()) {
      steps.add(Step.of(Kind.NO_SIDECAR, List.of(Place.of(without.get())), tables.proxy().title()));
      return Way.to(steps, new Outcome.Direct(address.service().map(MeshService::host)));
    }
    Optional<SidecarListener> found = tables.sidecarListener(address.text(), call.port());
    List<Place> sidecar = tables.sidecar().map(Place::of).stream().toList();
    if (found.isEmpty()) {
      steps.add(
          Step.of(
              Kind.SIDECAR_NO_LISTENER,
              sidecar,
              shown(address.text()),
              Integer.toString(call.port())));
      return unregistered().after(steps);
    }
    SidecarListener listener = found.get();
    steps.add(
        Step.of(
            Kind.SIDECAR_LISTENER,
            sidecar,
            shown(listener.address()),
            Integer.toString(call.port())));
    return through(listener, address, steps);
  }

  /** Addresses of Pods, of Services not applied yet and outside of the mesh are not known. */
  private String shown(String address) {
    return HostName.isAddress(address) ? address : call.host();
  }

  /** Only where it is certain that none is injected. */
  private Optional<Resource> withoutSidecar() {
    return tables
        .proxy()
        .object()
        .flatMap(Workload::of)
        .filter(one -> !one.hasSidecar() && new Injection(tables.mesh()).leavesOut(one))
        .map(Workload::object);
  }

  private Way through(SidecarListener listener, Names.Address address, List<Step> steps) {
    List<TcpChain> chains = nearest(listener.chains(), address.text());
    boolean bySubnet = chains.stream().anyMatch(chain -> !chain.subnets().isEmpty());
    if (call.isTls()) {
      return tls(listener, chains, steps);
    }
    boolean readable = call.wire() == Wire.HTTP_11 || call.wire() == Wire.HTTP_2;
    if (listener.httpOnly() && call.wire().isHttp()) {
      if (call.wire() == Wire.HTTP_10 && !Http10.isAllowed(tables)) {
        steps.add(Step.of(Kind.HTTP_10, List.of()));
        return Way.to(steps, new Outcome.TooOld(false));
      }
      return read(listener, steps);
    }
    if (readable && listener.http() && !bySubnet) {
      return read(listener, steps);
    }
    if (call.wire() == Wire.HTTP_10 && listener.http()) {
      steps.add(Step.of(Kind.HTTP_10, List.of()));
    } else if (call.wire().isHttp()) {
      steps.add(Step.of(Kind.READ_AS_BYTES, List.of()));
    }
    return bytes(chains, steps);
  }

  private Way read(SidecarListener listener, List<Step> steps) {
    steps.add(Step.of(Kind.READ_AS_HTTP, List.of()));
    if (Methods.isRefused(call)) {
      return Way.to(steps, new Outcome.UnknownMethod());
    }
    if (HeaderLimits.isOver(call, tables.assumptions())) {
      return Way.to(steps, new Outcome.TooLarge());
    }
    Optional<VirtualHost> host = tables.sidecarHost(listener, call.authority());
    return host.map(one -> http.through(one))
        .orElseGet(() -> http.withoutHost(List.of(), List.of()))
        .after(steps);
  }

  private Way tls(SidecarListener listener, List<TcpChain> chains, List<Step> steps) {
    if (listener.httpOnly()) {
      return Way.to(steps, new Outcome.Refused(Refusal.TLS_AT_HTTP));
    }
    Map<String, TcpChain> byName = new LinkedHashMap<>();
    for (TcpChain chain : chains) {
      List<String> names = chain.serverNames().isEmpty() ? List.of("*") : chain.serverNames();
      names.forEach(one -> byName.putIfAbsent(one.toLowerCase(Locale.ROOT), chain));
    }
    String asked = call.serverName().orElse("").toLowerCase(Locale.ROOT);
    Optional<TcpChain> chosen = Domains.best(byName.keySet(), asked).map(byName::get);
    if (chosen.isPresent()) {
      return destinations.throughChain(chosen.get()).after(steps);
    }
    steps.add(Step.of(Kind.TLS_IS_PASSED, List.of(), asked));
    return unregistered().after(steps);
  }

  private Way bytes(List<TcpChain> chains, List<Step> steps) {
    Optional<TcpChain> chosen =
        chains.stream()
            .filter(one -> one.serverNames().isEmpty() || one.serverNames().contains("*"))
            .findFirst();
    return chosen.map(destinations::throughChain).orElseGet(this::unregistered).after(steps);
  }

  /** A connection that no chain takes goes to the address that was called, or nowhere. */
  private Way unregistered() {
    return tables.registryOnly()
        ? Way.to(List.of(), new Outcome.Blocked(false))
        : destinations.passedThrough();
  }

  /** Envoy looks at the narrowest range of addresses first, and then at nothing else. */
  private List<TcpChain> nearest(List<TcpChain> chains, String address) {
    int best = -1;
    for (TcpChain chain : chains) {
      for (String subnet : chain.subnets()) {
        best = Math.max(best, Subnets.length(subnet, address));
      }
    }
    int longest = best;
    boolean unknown =
        !HostName.isAddress(address)
            && chains.stream().anyMatch(chain -> !chain.subnets().isEmpty());
    if (unknown) {
      tables.assumptions().doubt(Subject.NOT_MODELLED, "destinationSubnets");
    }
    return chains.stream()
        .filter(
            chain ->
                longest < 0
                    ? chain.subnets().isEmpty()
                    : chain.subnets().stream()
                        .anyMatch(subnet -> Subnets.length(subnet, address) == longest))
        .toList();
  }
}
