package io.meshguard.trace;

import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.Domains;
import io.meshguard.route.GatewayListener;
import io.meshguard.route.Proxy;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.TcpChain;
import io.meshguard.route.VirtualHost;
import io.meshguard.trace.Call.Wire;
import io.meshguard.trace.Outcome.Refusal;
import io.meshguard.trace.Step.Kind;
import io.meshguard.traffic.GatewayServer.Mode;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One walk of a call through the tables of a proxy. */
final class Walk {

  private final ProxyTables tables;
  private final Call call;
  private final HttpWalk http;
  private final Destinations destinations;

  Walk(ProxyTables tables, Call call) {
    this.tables = tables;
    this.call = call;
    this.destinations = new Destinations(tables, call);
    this.http = new HttpWalk(tables, call, destinations);
  }

  Way way() {
    return tables.proxy().type() == Proxy.Type.GATEWAY
        ? gateway()
        : new SidecarWalk(tables, call, http, destinations).way();
  }

  private Way gateway() {
    Optional<GatewayListener> found = tables.gatewayListener(call.port());
    List<Step> steps = new ArrayList<>();
    if (found.isEmpty() || found.get().servers().isEmpty()) {
      String ports =
          tables.gatewayPorts().stream().map(Object::toString).collect(Collectors.joining(", "));
      steps.add(
          Step.of(
              Kind.GATEWAY_PORTS,
              tables.gateways().stream().map(Place::of).toList(),
              Integer.toString(call.port()),
              ports.isEmpty() ? "-" : ports));
      return Way.to(steps, new Outcome.Refused(Refusal.NO_LISTENER));
    }
    GatewayListener listener = found.get();
    if (listener.refused()) {
      tables.assumptions().doubt(Subject.UNREADABLE, place(listener.servers().get(0)));
    }
    Server first = listener.servers().get(0);
    steps.add(
        Step.of(
            Kind.GATEWAY_LISTENER,
            listener.servers().stream().map(Walk::at).toList(),
            Integer.toString(call.port()),
            first.at().at("port", "protocol").text("").toUpperCase(Locale.ROOT)));
    if (listener.isPlainHttp()) {
      return plain(listener, steps);
    }
    boolean mixed = listener.servers().stream().anyMatch(one -> one.isPlain() || one.isBytes());
    if (mixed && !listener.isBytes()) {
      tables.assumptions().doubt(Subject.NOT_MODELLED, place(first));
    }
    return byName(listener, steps);
  }

  private Way plain(GatewayListener listener, List<Step> steps) {
    if (call.isTls() || !call.wire().isHttp()) {
      return Way.to(steps, new Outcome.Refused(Refusal.TLS_AT_HTTP));
    }
    return throughHttp(listener, listener.servers().get(0), steps);
  }

  private Way throughHttp(GatewayListener listener, Server server, List<Step> steps) {
    if (call.wire() == Wire.HTTP_10 && !Http10.isAllowed(tables)) {
      steps.add(Step.of(Kind.HTTP_10, List.of(at(server))));
      return Way.to(steps, new Outcome.TooOld(false));
    }
    if (Methods.isRefused(call)) {
      return Way.to(steps, new Outcome.UnknownMethod());
    }
    if (HeaderLimits.isOver(call, tables.assumptions())) {
      return Way.to(steps, new Outcome.TooLarge());
    }
    Optional<VirtualHost> host = tables.gatewayHost(listener, server, call.authority());
    return host.isPresent()
        ? http.through(host.get()).after(steps)
        : http.withoutHost(
                listener.servers().stream().map(Walk::at).toList(),
                new NearMisses(tables, listener, server).of(call.authority()))
            .after(steps);
  }

  /** A chain of a listener that tells connections apart by server names. */
  private sealed interface Chain {}

  private record Reads(Server server) implements Chain {}

  private record Forwards(TcpChain chain) implements Chain {}

  private Way byName(GatewayListener listener, List<Step> steps) {
    Map<String, Chain> byName = new LinkedHashMap<>();
    for (Server server : listener.servers()) {
      if (server.mode() == Mode.HTTPS) {
        server.hosts().forEach(host -> byName.putIfAbsent(name(host), new Reads(server)));
      }
    }
    for (TcpChain chain : tables.gatewayChains(listener)) {
      List<String> names = chain.serverNames().isEmpty() ? List.of("*") : chain.serverNames();
      names.forEach(host -> byName.putIfAbsent(name(host), new Forwards(chain)));
    }
    if (byName.isEmpty()) {
      return Way.to(steps, new Outcome.Refused(Refusal.NO_LISTENER));
    }
    // Without TLS there is no server name, and only a chain that asks for none takes it.
    String asked = call.isTls() ? call.serverName().orElse("").toLowerCase(Locale.ROOT) : "";
    Optional<Chain> chosen =
        asked.isEmpty()
            ? Optional.ofNullable(byName.get("*"))
            : Domains.best(byName.keySet(), asked).map(byName::get);
    if (chosen.isEmpty()) {
      return Way.to(steps, new Outcome.Refused(Refusal.SERVER_NAME));
    }
    return chosen.get() instanceof Reads reads
        ? opened(listener, reads.server(), asked, steps)
        : forwarded(((Forwards) chosen.get()).chain(), steps);
  }

  private Way opened(GatewayListener listener, Server server, String asked, List<Step> steps) {
    if (!call.isTls()) {
      return Way.to(steps, new Outcome.Refused(Refusal.HTTP_AT_TLS));
    }
    steps.add(Step.of(Kind.GATEWAY_SERVER, List.of(at(server)), asked));
    return call.wire() == Wire.TLS
        ? Way.to(steps, new Outcome.Opened())
        : throughHttp(listener, server, steps);
  }

  private Way forwarded(TcpChain chain, List<Step> steps) {
    if (chain.terminates() && !call.isTls()) {
      return Way.to(steps, new Outcome.Refused(Refusal.HTTP_AT_TLS));
    }
    return destinations.throughChain(chain).after(steps);
  }

  private static String name(String host) {
    return host.substring(host.indexOf('/') + 1).toLowerCase(Locale.ROOT);
  }

  private static Place at(Server server) {
    return Place.of(server.gateway(), server.at());
  }

  private static String place(Server server) {
    return server.gateway().ref().path();
  }
}
