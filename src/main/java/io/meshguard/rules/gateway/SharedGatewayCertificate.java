package io.meshguard.rules.gateway;

import io.meshguard.istio.Age;
import io.meshguard.istio.EnvoyPatch;
import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.GatewayGroups;
import io.meshguard.traffic.GatewayServer;
import io.meshguard.traffic.ServerMerge;
import io.meshguard.traffic.ServerMerge.Port;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One certificate for servers that answer for different hosts: a browser sends requests for the
 * hosts of one over its connection to the other, whose routes do not know them. Each server with
 * TLS has routes of its own (istio pilot/pkg/model/gateway.go {@code gatewayRDSRouteName} @1.30.3),
 * and Envoy does not compare the authority with the server name.
 */
public final class SharedGatewayCertificate implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("shared-gateway-certificate")
          .subjects(Kind.GATEWAY)
          .reads(GatewayGroups.READS)
          .reads(Visibility.READS)
          .reads(Kind.VIRTUAL_SERVICE, Kind.ENVOY_FILTER)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_ROUTE)
          .build();

  private static final MemoizedQuery<Boolean> MISDIRECTED =
      new MemoizedQuery<>(
          Set.of(Kind.ENVOY_FILTER), SharedGatewayCertificate::mayAnswerMisdirected);

  private static final int MOST_PAIRS = 2_000;
  private static final int MOST_NAMES = 100_000;

  /**
   * What one server does with a host of another.
   *
   * @param host the host
   * @param elsewhere whether other routes take it; else there are none
   */
  private record Lost(String host, boolean elsewhere) {}

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Map<Port, List<Server>> ports = ServerMerge.ports(subject);
    boolean terminates =
        ports.values().stream()
            .flatMap(List::stream)
            .anyMatch(server -> !certificates(server).isEmpty());
    if (terminates && !mesh.derive(MISDIRECTED)) {
      new Check(subject, ports, mesh, report).run();
    }
  }

  /** A filter may answer 421, after which browsers open a connection of their own. */
  private static boolean mayAnswerMisdirected(Mesh mesh) {
    return mesh.list(Kind.ENVOY_FILTER).items().stream()
        .flatMap(filter -> EnvoyPatch.of(filter).stream())
        .filter(patch -> !patch.at().at("match", "context").text("").startsWith("SIDECAR"))
        .map(patch -> patch.value().node().toString().toLowerCase(Locale.ROOT))
        .anyMatch(text -> Stream.of("421", "lua", "alpn").anyMatch(text::contains));
  }

  /** Returns what certificates a server has; none for one that does not terminate HTTPS. */
  private static Set<String> certificates(Server server) {
    Set<String> certificates = new TreeSet<>();
    if (server.mode() == GatewayServer.Mode.HTTPS) {
      Cursor tls = server.at().at("tls");
      tls.at("credentialName").text().ifPresent(certificates::add);
      tls.at("credentialNames").each().forEach(one -> one.text().ifPresent(certificates::add));
      tls.at("serverCertificate").text().ifPresent(certificates::add);
      tls.at("tlsCertificates").each().stream()
          .map(pair -> pair.at("serverCertificate"))
          .forEach(one -> one.text().ifPresent(certificates::add));
      certificates.remove("");
    }
    return certificates;
  }

  /** The check of one Gateway. */
  private static final class Check {
    /** Marks names of what the gateway may not see. */
    private static final String HIDDEN = "";

    private final Resource subject;
    private final Map<Port, List<Server>> ports;
    private final Mesh mesh;
    private final Report report;
    private final WorkBudget pairs = new WorkBudget(MOST_PAIRS);
    private final WorkBudget names = new WorkBudget(MOST_NAMES);
    private final IdentityHashMap<Server, Map<String, Set<String>>> served =
        new IdentityHashMap<>();
    private final Map<Port, Map<String, List<Server>>> own = new HashMap<>();
    private final Set<Server> told = Collections.newSetFromMap(new IdentityHashMap<>());

    Check(Resource subject, Map<Port, List<Server>> ports, Mesh mesh, Report report) {
      this.subject = subject;
      this.ports = ports;
      this.mesh = mesh;
      this.report = report;
    }

    void run() {
      GatewayGroups groups = new GatewayGroups(subject, mesh);
      ports.forEach(this::compareOwn);
      Set<String> seen = new HashSet<>();
      for (List<Resource> group : groups.all()) {
        for (Resource other : group) {
          // Where it is known which is older, the younger has brought it about.
          boolean counts =
              !other.ref().equals(subject.ref())
                  && seen.add(other.ref().path())
                  && Age.isOlder(other, subject) != Ternary.FALSE;
          if (counts) {
            ServerMerge.ports(other)
                .forEach((port, theirs) -> theirs.forEach(their -> compareAll(port, their)));
          }
        }
      }
      if (pairs.isOver() || names.isOver() || groups.isCutShort()) {
        report.cutShort();
      }
    }

    /** Compares the servers of one port, each with the first that has its certificate. */
    private void compareOwn(Port port, List<Server> servers) {
      Map<String, List<Server>> byCertificate = new HashMap<>();
      for (Server server : servers) {
        for (String certificate : certificates(server)) {
          List<Server> same = byCertificate.computeIfAbsent(certificate, c -> new ArrayList<>());
          if (!same.isEmpty()) {
            compare(server, same.get(0), certificate);
          }
          same.add(server);
        }
      }
      own.put(port, byCertificate);
    }

    private void compareAll(Port port, Server other) {
      Map<String, List<Server>> byCertificate = own.getOrDefault(port, Map.of());
      for (String certificate : certificates(other)) {
        byCertificate
            .getOrDefault(certificate, List.of())
            .forEach(server -> compare(server, other, certificate));
      }
    }

    private void compare(Server own, Server other, String certificate) {
      // One of two servers with the same host is ignored.
      if (told.contains(own)
          || !pairs.take(1)
          || !Collections.disjoint(own.hosts(), other.hosts())) {
        return;
      }
      Optional<Lost> lost = lost(own, other).or(() -> lost(other, own));
      if (lost.isPresent() && !names.isOver()) {
        told.add(own);
        say(own, other, lost.get(), certificate);
      }
    }

    /** Returns a host of one server that another does not send where the first does. */
    private Optional<Lost> lost(Server of, Server at) {
      Map<String, Set<String>> there = served(at);
      for (Map.Entry<String, Set<String>> name : served(of).entrySet()) {
        Set<String> here = new HashSet<>(name.getValue());
        here.remove(HIDDEN);
        @Nullable String best = best(name.getKey(), there.keySet());
        if (here.isEmpty() || (best != null && !HostName.isWildcard(best))) {
          continue;
        }
        Set<String> takers = best == null ? Set.of() : there.getOrDefault(best, Set.of());
        if (Collections.disjoint(takers, here)) {
          return Optional.of(new Lost(name.getKey(), best != null));
        }
      }
      return Optional.empty();
    }

    private static @Nullable String best(String host, Set<String> names) {
      if (names.contains(host)) {
        return host;
      }
      return names.stream()
          .filter(name -> HostName.isWildcard(name) && HostName.covers(name, host))
          .max(Comparator.comparing(String::length))
          .orElse(null);
    }

    /** Returns the names that a server answers for, and whose routes they have; cached. */
    private Map<String, Set<String>> served(Server server) {
      return served.computeIfAbsent(server, this::read);
    }

    private Map<String, Set<String>> read(Server server) {
      Map<String, Set<String>> found = new LinkedHashMap<>();
      Listing bound = VirtualServices.ofGateway(server.gateway(), mesh);
      if (!bound.complete()) {
        // One that is not known may be bound to both.
        names.take(MOST_NAMES + 1L);
        return found;
      }
      for (Resource virtualService : bound.items()) {
        if (!virtualService.at("spec", "http").isNonEmpty()) {
          continue;
        }
        boolean seen = Visibility.of(virtualService, mesh).reachesAll();
        List<String> taken =
            Gateways.hosts(server.at(), server.gateway(), virtualService.namespace());
        for (Cursor host : VirtualServices.hosts(virtualService)) {
          for (String one : taken) {
            if (!names.take(1)) {
              return found;
            }
            @Nullable String name =
                HostName.narrower(
                    host.text("").toLowerCase(Locale.ROOT), one.toLowerCase(Locale.ROOT));
            if (name != null) {
              found
                  .computeIfAbsent(name, n -> new HashSet<>())
                  .add(seen ? virtualService.ref().path() : HIDDEN);
            }
          }
        }
      }
      return found;
    }

    private void say(Server own, Server other, Lost lost, String certificate) {
      boolean same = other.gateway().ref().equals(subject.ref());
      boolean near = other.gateway().namespace().equals(subject.namespace());
      String name =
          same ? other.at().at("port", "name").text("") : near ? other.gateway().name() : "";
      Cursor tls = own.at().at("tls");
      List<Cursor> places = new ArrayList<>();
      for (String field : List.of("credentialName", "credentialNames", "serverCertificate")) {
        places.add(tls.at(field));
      }
      report
          .say(
              places.stream().filter(Cursor::isPresent).findFirst().orElse(tls),
              "found",
              certificate,
              same ? 0 : near ? 1 : 2,
              name,
              near ? lost.host() : "",
              lost.elsewhere() ? 1 : 0,
              near ? 0 : 1)
          .names(name)
          .names(near ? lost.host() : "")
          .advice("advice");
    }
  }
}
