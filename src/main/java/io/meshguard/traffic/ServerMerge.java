package io.meshguard.traffic;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.HostSet;
import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.Version;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.GatewayServer.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What Istio makes of the servers that a proxy has on one port: it takes them in order and leaves
 * out those that do not go with what it has taken (istio pilot/pkg/model/gateway.go {@code
 * mergeGateways} @1.17.8, @1.27.3 and @1.30.3). Not for use by several threads at once.
 */
public final class ServerMerge {

  /** How versions treat plain servers on a port that has TLS. */
  public enum Era {
    /** Before 1.18: they are left out. */
    SEPARATE,
    /** Up to 1.27.3 and 1.28.0: in between; nothing is said of them but what Envoy refuses. */
    BETWEEN,
    /** Since 1.27.4 and 1.28.1: they are taken, and no TLS after them. */
    TOGETHER;

    /** Returns the era of a version. */
    public static Era of(Version version) {
      if (version.isBefore(Version.of("1.18"))) {
        return SEPARATE;
      }
      boolean between =
          version.isBefore(Version.of("1.27.4"))
              || (version.isBefore(Version.of("1.28.1"))
                  && !version.isBefore(Version.of("1.28.0")));
      return between ? BETWEEN : TOGETHER;
    }
  }

  /** What becomes of a server. */
  public enum Fate {
    /** It is left out: the port has another protocol. */
    PROTOCOL,
    /** It is left out: an earlier one has one of its hosts. */
    HOST,
    /** It redirects, and is left out likewise. */
    REDIRECT,
    /** Envoy refuses the listener: an earlier one has the same server name in other words. */
    NAME,
    /** Envoy refuses the listener: an earlier one takes TLS for every host. */
    EVERY_HOST,
    /** Another one redirects its requests to https. */
    REDIRECTED
  }

  /**
   * A server of a Gateway.
   *
   * @param gateway the Gateway
   * @param at the server
   * @param mode what it does with connections
   * @param hosts its hosts as Istio compares them
   */
  public record Server(Resource gateway, Cursor at, Mode mode, List<String> hosts) {
    public Server {
      hosts = List.copyOf(hosts);
    }

    /** Returns whether it speaks HTTP without TLS. */
    public boolean isPlain() {
      return mode == Mode.HTTP || mode == Mode.REDIRECT;
    }

    /** Returns whether it takes bytes without TLS. */
    public boolean isBytes() {
      return mode == Mode.TCP;
    }

    private boolean isTls() {
      return !isPlain() && !isBytes();
    }
  }

  /**
   * What becomes of a server, and why.
   *
   * @param fate what becomes of it
   * @param by the server that is the reason
   * @param host the host that both have, as the other one writes it; empty where hosts do not
   *     matter
   * @param lost a host that is served no longer; empty where hosts do not matter
   */
  public record Loss(Fate fate, Server by, String host, String lost) {}

  /**
   * A port of a proxy.
   *
   * @param number its number
   * @param bind the address that it is bound to; empty for all
   */
  public record Port(int number, String bind) {}

  private final Era era;
  private final IdentityHashMap<Server, Loss> losses = new IdentityHashMap<>();
  private final List<Server> taken = new ArrayList<>();
  private final Map<String, Server> tlsHosts = new HashMap<>();
  private final Map<String, Server> redirectHosts = new HashMap<>();
  private final Map<String, Server> serverNames = new HashMap<>();
  private Optional<Server> plainAfterTls = Optional.empty();
  private Optional<Server> everyHost = Optional.empty();

  private ServerMerge(Era era) {
    this.era = era;
  }

  /** Returns the ports of a Gateway with their servers, in order. */
  public static Map<Port, List<Server>> ports(Resource gateway) {
    Map<Port, List<Server>> ports = new LinkedHashMap<>();
    for (Cursor server : gateway.at("spec", "servers").each()) {
      Mode mode = GatewayServer.mode(server);
      int number = ServicePort.number(server.at("port", "number"));
      if (mode != Mode.UNKNOWN && number > 0) {
        ports
            .computeIfAbsent(new Port(number, server.at("bind").text("")), p -> new ArrayList<>())
            .add(new Server(gateway, server, mode, hosts(server, gateway)));
      }
    }
    return ports;
  }

  /** Returns what becomes of servers of one port, each by itself; nothing of those that live. */
  public static IdentityHashMap<Server, Loss> losses(List<Server> inOrder, Era era) {
    ServerMerge merge = new ServerMerge(era);
    inOrder.forEach(merge::add);
    merge.addRedirected();
    return merge.losses;
  }

  private void add(Server server) {
    Deadline.check();
    if (taken.isEmpty()) {
      take(server);
    } else if (taken.get(0).isBytes() || (taken.get(0).isPlain() && !server.isPlain())) {
      lose(server, Fate.PROTOCOL, taken.get(0));
    } else if (taken.get(0).isPlain()) {
      addPlain(server);
    } else if (server.isTls()) {
      addTls(server);
    } else {
      addAfterTls(server);
    }
  }

  private void addPlain(Server server) {
    Optional<String> twice =
        server.mode() == Mode.REDIRECT
            ? server.hosts().stream().filter(redirectHosts::containsKey).findFirst()
            : Optional.empty();
    if (twice.isEmpty()) {
      take(server);
      return;
    }
    HostSet served =
        new HostSet(
            taken.stream().flatMap(one -> one.hosts().stream()).map(ServerMerge::name).toList());
    // Nothing is lost where all of its hosts are served by those before it.
    server.hosts().stream()
        .filter(host -> !served.covers(name(host)))
        .findFirst()
        .ifPresent(
            lost ->
                lose(
                    server,
                    Fate.REDIRECT,
                    Objects.requireNonNull(redirectHosts.get(twice.get())),
                    twice.get(),
                    lost));
  }

  private void addTls(Server server) {
    Optional<String> twice = server.hosts().stream().filter(tlsHosts::containsKey).findFirst();
    if (plainAfterTls.isPresent()) {
      lose(server, Fate.PROTOCOL, plainAfterTls.get());
      return;
    }
    if (twice.isPresent()) {
      lose(
          server,
          Fate.HOST,
          Objects.requireNonNull(tlsHosts.get(twice.get())),
          twice.get(),
          twice.get());
      return;
    }
    if (server.mode() == Mode.HTTPS) {
      for (String host : server.hosts()) {
        Server other = serverNames.get(name(host));
        if (other != null) {
          lose(server, Fate.NAME, other, host, name(host));
          return;
        }
      }
    }
    take(server);
  }

  private void addAfterTls(Server server) {
    if (era == Era.SEPARATE) {
      lose(server, Fate.PROTOCOL, taken.get(0));
      return;
    }
    boolean together = era == Era.TOGETHER || taken.size() == 1;
    if (together && server.isPlain() && everyHost.isPresent()) {
      lose(server, Fate.EVERY_HOST, everyHost.get());
    }
    if (era == Era.TOGETHER && plainAfterTls.isEmpty()) {
      plainAfterTls = Optional.of(server);
    }
  }

  private void take(Server server) {
    taken.add(server);
    for (String host : server.hosts()) {
      if (server.mode() == Mode.REDIRECT) {
        redirectHosts.putIfAbsent(host, server);
      }
      if (server.isTls()) {
        tlsHosts.putIfAbsent(host, server);
      }
      if (server.mode() == Mode.HTTPS) {
        serverNames.putIfAbsent(name(host), server);
        if (name(host).equals("*")) {
          everyHost = Optional.of(server);
        }
      }
    }
  }

  /** One virtual host has the routes of all servers with its name, and redirects if one does. */
  private void addRedirected() {
    for (Server server : taken) {
      if (server.mode() == Mode.HTTP) {
        server.hosts().stream()
            .filter(host -> redirectHosts.containsKey(host) && !HostName.isWildcard(name(host)))
            .findFirst()
            .ifPresent(
                host ->
                    lose(
                        server,
                        Fate.REDIRECTED,
                        Objects.requireNonNull(redirectHosts.get(host)),
                        host,
                        host));
      }
    }
  }

  private void lose(Server server, Fate fate, Server by) {
    lose(server, fate, by, "", "");
  }

  private void lose(Server server, Fate fate, Server by, String host, String lost) {
    losses.put(server, new Loss(fate, by, host, lost));
  }

  /**
   * Returns the hosts of a server in the words in which Istio compares them (istio
   * pilot/pkg/model/gateway.go {@code sanitizeServerHostNamespace} @1.30.3).
   */
  private static List<String> hosts(Cursor server, Resource gateway) {
    List<String> hosts = new ArrayList<>();
    for (Cursor entry : server.at("hosts").each()) {
      String host = entry.text("");
      int slash = host.indexOf('/');
      String namespace = slash < 0 ? "*" : host.substring(0, slash);
      String name = host.substring(slash + 1);
      if (namespace.equals("*")) {
        hosts.add(name);
      } else {
        hosts.add((namespace.equals(".") ? gateway.namespace() : namespace) + "/" + name);
      }
    }
    return hosts.contains("*") && hosts.size() > 1 && hasAll(server) ? List.of("*") : hosts;
  }

  private static boolean hasAll(Cursor server) {
    return server.at("hosts").each().stream().anyMatch(host -> host.is("*/*"));
  }

  /** Envoy compares server names in small letters, whatever namespaces they are for. */
  private static String name(String host) {
    return host.substring(host.indexOf('/') + 1).toLowerCase(Locale.ROOT);
  }
}
