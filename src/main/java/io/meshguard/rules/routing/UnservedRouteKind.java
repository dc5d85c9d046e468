package io.meshguard.rules.routing;

import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.GatewayServer;
import io.meshguard.traffic.GatewayTable;
import io.meshguard.traffic.RouteKind;
import io.meshguard.traffic.RouteScope;
import io.meshguard.traffic.TrustedProxies;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Routes of a kind that no server of the Gateways reads: each server reads one of the lists {@code
 * http}, {@code tls} and {@code tcp}, by its protocol and what it does with TLS (istio
 * pkg/config/gateway/gateway.go and pilot/pkg/networking/core/gateway.go @1.30.3).
 */
public final class UnservedRouteKind implements Rule {

  /** Picks the words for a server that reads no list. */
  private static final int READS_NOTHING = 3;

  private static final RuleInfo INFO =
      RuleInfo.rule("unserved-route-kind")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(GatewayTable.READS)
          .reads(TrustedProxies.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_CHAIN, Symptom.NO_ROUTE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (VirtualServices.isDelegate(subject)) {
      return;
    }
    GatewayTable table = GatewayTable.of(subject, mesh);
    // Where a Gateway is not known, it may have the server that reads the routes.
    if (!table.complete() || table.servers().isEmpty()) {
      return;
    }
    RouteScope scope = RouteScope.of(subject);
    for (RouteKind kind : RouteKind.values()) {
      List<GatewayServer> servers = servers(kind, subject, table, scope);
      List<GatewayServer> readers =
          servers.stream().filter(server -> server.mode().mayRead(kind)).toList();
      if (servers.isEmpty()) {
        continue;
      }
      if (readers.isEmpty()) {
        unread(kind, servers, subject, report);
      } else if (redirect(readers) && TrustedProxies.none(mesh)) {
        GatewayServer first = readers.get(0);
        report
            .say(kind.in(subject), "redirected", first.gateway(), Integer.toString(first.port()))
            .names(first.gateway())
            .advice("redirected-advice");
      }
    }
  }

  private static boolean redirect(List<GatewayServer> servers) {
    return servers.stream().allMatch(server -> server.mode() == GatewayServer.Mode.REDIRECT);
  }

  /** Returns the servers that might read a list; none where sidecars may read it. */
  private static List<GatewayServer> servers(
      RouteKind kind, Resource subject, GatewayTable table, RouteScope scope) {
    Set<String> gateways = new HashSet<>();
    for (Cursor route : kind.routes(subject)) {
      if (scope.inMesh(route)) {
        return List.of();
      }
      gateways.addAll(scope.gateways(route));
    }
    return table.servers().stream().filter(s -> gateways.contains(s.gateway())).toList();
  }

  private static void unread(
      RouteKind kind, List<GatewayServer> servers, Resource subject, Report report) {
    GatewayServer first = servers.get(0);
    boolean alone =
        Arrays.stream(RouteKind.values())
            .filter(other -> other.in(subject).isNonEmpty())
            .noneMatch(other -> servers.stream().anyMatch(s -> s.mode().mayRead(other)));
    int read = read(first);
    Report.Draft draft =
        report.say(
            kind.in(subject),
            "unread",
            Message.verbatim(kind.field()),
            Integer.toString(first.port()),
            first.gateway(),
            servers.size() - 1,
            read,
            alone ? consequence(servers) : 0);
    draft.names(kind.field()).names(first.gateway());
    if (read < READS_NOTHING) {
      draft.advice("unread-advice", Message.verbatim(kind.field()), read);
    }
  }

  /** Picks the words for what a server reads. */
  private static int read(GatewayServer server) {
    if (server.mode().mayRead(RouteKind.HTTP)) {
      return 0;
    }
    return server.mode().mayRead(RouteKind.TLS)
        ? 1
        : server.mode().mayRead(RouteKind.TCP) ? 2 : READS_NOTHING;
  }

  /** Picks the end of the message: nothing to add, 404, or no connection. */
  private static int consequence(List<GatewayServer> servers) {
    boolean http = servers.stream().allMatch(server -> server.mode().mayRead(RouteKind.HTTP));
    boolean bytes = servers.stream().noneMatch(server -> server.mode().mayRead(RouteKind.HTTP));
    return http ? 1 : bytes ? 2 : 0;
  }
}
