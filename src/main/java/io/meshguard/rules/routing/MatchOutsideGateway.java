package io.meshguard.rules.routing;

import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.match.Analysis;
import io.meshguard.match.Budget;
import io.meshguard.match.Coverage;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.GatewayPods;
import io.meshguard.traffic.GatewayProxies;
import io.meshguard.traffic.GatewayServer;
import io.meshguard.traffic.GatewayTable;
import io.meshguard.traffic.RouteKind;
import io.meshguard.traffic.RouteScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Conditions that Istio compares with the gateway itself, so that no request meets them there: the
 * port is that of a server, the source is the gateway's own Pods, and the authority is one of the
 * hosts (istio pilot/pkg/networking/core/route/route.go {@code sourceMatchHTTP} and gateway.go
 * {@code l4SingleMatch} @1.30.3).
 */
public final class MatchOutsideGateway implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("match-outside-gateway")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Kind.VIRTUAL_SERVICE)
          .reads(GatewayTable.READS)
          .reads(GatewayPods.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_ROUTE)
          .build();

  private static final List<String> CONDITIONS =
      List.of("port", "sourceLabels", "sourceNamespace", "authority");

  /** Names of one VirtualService at gateways. */
  private static final int MOST_NAMES = 40;

  private static final int MOST_COMPARED = 20_000;
  private static final int MOST_ROOTS = 20;

  /** Conditions on the authority that are looked at. */
  private static final int MOST_AUTHORITIES = 50;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (VirtualServices.isDelegate(subject)) {
      checkDelegate(subject, mesh, report);
      return;
    }
    if (!asks(subject)) {
      return;
    }
    GatewayTable table = GatewayTable.of(subject, mesh);
    // A Gateway that is not known may have what the condition asks for.
    if (table.complete() && !table.servers().isEmpty()) {
      new Check(subject, table, mesh, report).run();
    }
  }

  /** Returns whether there is anything to compare: to look at all servers would take longer. */
  private static boolean asks(Resource subject) {
    return Arrays.stream(RouteKind.values())
        .flatMap(kind -> kind.routes(subject).stream())
        .flatMap(route -> route.at("match").each().stream())
        .anyMatch(match -> CONDITIONS.stream().anyMatch(field -> match.at(field).isPresent()));
  }

  /** The servers are those of all routes that delegate to this one. */
  private static void checkDelegate(Resource subject, Mesh mesh, Report report) {
    List<Cursor> ports =
        RouteKind.HTTP.routes(subject).stream()
            .flatMap(route -> route.at("match").each().stream())
            .filter(match -> !match.at("gateways").isNonEmpty())
            .map(match -> match.at("port"))
            .filter(port -> ServicePort.number(port) > 0)
            .toList();
    Optional<List<Resource>> roots =
        ports.isEmpty()
            ? Optional.empty()
            : VirtualServices.allRoots(subject, MOST_ROOTS, mesh).filter(all -> !all.isEmpty());
    if (roots.isEmpty()) {
      return;
    }
    List<GatewayServer> servers = new ArrayList<>();
    for (Resource root : roots.get()) {
      GatewayTable table = GatewayTable.of(root, mesh);
      RouteScope scope = RouteScope.of(root);
      for (Cursor route : RouteKind.HTTP.routes(root)) {
        if (!delegatesTo(subject, route, root)) {
          continue;
        }
        // Istio drops what asks for another port than the root does.
        boolean ownPort = route.at("match").each().stream().anyMatch(m -> m.at("port").isPresent());
        if (!table.complete() || scope.inMesh(route) || ownPort) {
          return;
        }
        Set<String> gateways = scope.gateways(route);
        table.servers().stream()
            .filter(one -> gateways.contains(one.gateway()) && one.mode().mayRead(RouteKind.HTTP))
            .forEach(servers::add);
      }
    }
    if (!servers.isEmpty()) {
      ports.forEach(port -> checkPort(port, servers, report));
    }
  }

  private static boolean delegatesTo(Resource subject, Cursor route, Resource root) {
    Cursor delegate = route.at("delegate");
    String namespace = delegate.at("namespace").text("");
    return delegate.at("name").is(subject.name())
        && (namespace.isEmpty() ? root.namespace() : namespace).equals(subject.namespace());
  }

  private static void checkPort(Cursor at, List<GatewayServer> servers, Report report) {
    int port = ServicePort.number(at);
    if (port > 0 && servers.stream().allMatch(one -> one.port() > 0 && one.port() != port)) {
      report.say(
          at,
          "port",
          Integer.toString(port),
          Integer.toString(servers.get(0).port()),
          (int) servers.stream().mapToInt(GatewayServer::port).distinct().count() - 1);
    }
  }

  /** The check of one VirtualService. */
  private static final class Check {
    private final Resource subject;
    private final GatewayTable table;
    private final Mesh mesh;
    private final Report report;
    private final RouteScope scope;
    private final GatewayPods pods;
    private final WorkBudget authorities = new WorkBudget(MOST_AUTHORITIES);

    Check(Resource subject, GatewayTable table, Mesh mesh, Report report) {
      this.subject = subject;
      this.table = table;
      this.mesh = mesh;
      this.report = report;
      this.scope = RouteScope.of(subject);
      this.pods = new GatewayPods(mesh);
    }

    void run() {
      for (RouteKind kind : RouteKind.values()) {
        for (Cursor route : kind.routes(subject)) {
          for (Cursor match : route.at("match").each()) {
            check(match, kind);
          }
        }
      }
      if (pods.isCutShort() || authorities.isOver()) {
        report.cutShort();
      }
    }

    private void check(Cursor match, RouteKind kind) {
      boolean narrowed = match.at("gateways").isNonEmpty();
      Set<String> named = narrowed ? scope.names().of(match.at("gateways")) : Set.of();
      Set<String> gateways =
          scope.names().ofAll().stream()
              .filter(name -> !narrowed || named.contains(name))
              .collect(Collectors.toCollection(LinkedHashSet::new));
      if (gateways.contains(VirtualServices.MESH)) {
        return;
      }
      List<GatewayServer> servers =
          table.servers().stream()
              .filter(server -> gateways.contains(server.gateway()) && server.mode().mayRead(kind))
              .toList();
      if (servers.isEmpty()) {
        return;
      }
      checkPort(match.at("port"), servers, report);
      if (kind != RouteKind.HTTP) {
        checkIgnored(match, kind, servers);
        return;
      }
      checkAuthority(match.at("authority"), servers);
      if (!narrowed) {
        checkLabels(match.at("sourceLabels"), servers);
        checkNamespace(match.at("sourceNamespace"), servers);
      }
    }

    /** Only http routes look at the source where a gateway has them. */
    private void checkIgnored(Cursor match, RouteKind kind, List<GatewayServer> servers) {
      if (servers.stream().anyMatch(one -> one.mode() == GatewayServer.Mode.UNKNOWN)) {
        return;
      }
      for (String field : List.of("sourceLabels", "sourceNamespace")) {
        Cursor at = match.at(field);
        if (at.isNonEmpty() || !at.text("").isEmpty()) {
          report.say(at, "ignored", Message.verbatim(field), Message.verbatim(kind.field()));
        }
      }
    }

    private void checkLabels(Cursor at, List<GatewayServer> servers) {
      Map<String, String> wanted = LabelSelector.labels(at);
      wanted.keySet().removeIf(GatewayProxies::mayBeAdded);
      if (!wanted.isEmpty() && none(servers, gateway -> differs(gateway, wanted))) {
        report.say(at, "labels").names(at);
      }
    }

    private boolean differs(Resource gateway, Map<String, String> wanted) {
      Map<String, String> selector = LabelSelector.labels(gateway.at("spec", "selector"));
      boolean contradicts =
          wanted.entrySet().stream()
              .anyMatch(
                  label ->
                      selector.containsKey(label.getKey())
                          && !label.getValue().equals(selector.get(label.getKey())));
      return contradicts
          || pods.of(gateway)
              .filter(all -> !all.isEmpty())
              .filter(
                  all ->
                      all.stream()
                          .noneMatch(pod -> pod.labels().entrySet().containsAll(wanted.entrySet())))
              .isPresent();
    }

    private void checkNamespace(Cursor at, List<GatewayServer> servers) {
      String wanted = at.text("");
      boolean never =
          !wanted.isEmpty()
              && none(
                  servers,
                  gateway ->
                      pods.namespaces(gateway)
                          .filter(all -> !all.isEmpty() && !all.contains(wanted))
                          .isPresent());
      if (never) {
        report.say(at, "namespace", wanted);
      }
    }

    private boolean none(List<GatewayServer> servers, Predicate<Resource> never) {
      return servers.stream()
          .map(GatewayServer::gateway)
          .distinct()
          .map(name -> Objects.requireNonNull(table.gateways().get(name)))
          .allMatch(never);
    }

    private void checkAuthority(Cursor at, List<GatewayServer> servers) {
      Optional<ValueMatch> test = test(at);
      if (test.isEmpty() || !authorities.take(1)) {
        return;
      }
      Set<String> names = names(servers);
      if (names.isEmpty() || names.size() > MOST_NAMES) {
        return;
      }
      RequestMatch both =
          RequestMatch.builder()
              .authority(ValueMatch.regex(pattern(names)))
              .authority(test.get())
              .build();
      Analysis analysis = new Analysis(List.of(both), "", Budget.forReview(() -> false));
      if (analysis.judge().get(0) instanceof Coverage.Empty) {
        Cursor.Field only = at.fields().get(0);
        report.say(
            only.value(), "authority", names.iterator().next(), names.size() - 1, only.name());
      }
    }

    /** Returns the names under which the servers serve the VirtualService; none if too many. */
    private Set<String> names(List<GatewayServer> servers) {
      WorkBudget budget = new WorkBudget(MOST_COMPARED);
      Set<String> names = new LinkedHashSet<>();
      for (GatewayServer server : servers) {
        Resource gateway = Objects.requireNonNull(table.gateways().get(server.gateway()));
        for (String taken : Gateways.hosts(server.at(), gateway, subject.namespace())) {
          for (Cursor host : VirtualServices.hosts(subject)) {
            if (!budget.take(1)) {
              return Set.of();
            }
            String full =
                HostName.completed(
                    host.text(""), subject.namespace(), mesh.facts().clusterDomain());
            Stream.ofNullable(
                    HostName.narrower(
                        full.toLowerCase(Locale.ROOT), taken.toLowerCase(Locale.ROOT)))
                .forEach(names::add);
          }
        }
      }
      return names;
    }

    /** Empty where it is not known what is meant, and for what is no host in the first place. */
    private static Optional<ValueMatch> test(Cursor at) {
      if (at.fields().size() != 1) {
        return Optional.empty();
      }
      Cursor.Field only = at.fields().get(0);
      String text = only.value().text("");
      boolean noHost = text.isEmpty() || text.indexOf('*') >= 0 || text.indexOf('/') >= 0;
      return switch (only.name()) {
        case "exact" -> noHost ? Optional.empty() : Optional.of(ValueMatch.exact(text));
        case "prefix" -> noHost ? Optional.empty() : Optional.of(ValueMatch.prefix(text));
        case "regex" -> text.isEmpty() ? Optional.empty() : Optional.of(ValueMatch.regex(text));
        default -> Optional.empty();
      };
    }

    /** Gateways look at neither the letter case of a host nor its port when they choose by it. */
    private static String pattern(Set<String> names) {
      List<String> patterns = new ArrayList<>();
      for (String name : names) {
        boolean wildcard = HostName.isWildcard(name);
        StringBuilder pattern = new StringBuilder(wildcard ? ".*" : "");
        (wildcard ? name.substring(1) : name)
            .chars()
            .forEach(c -> pattern.append(isPlain(c) ? "" : "\\").append((char) c));
        patterns.add(pattern.toString());
      }
      return "(?i)(" + String.join("|", patterns) + ")(:[0-9]+)?";
    }

    private static boolean isPlain(int c) {
      return Character.isLetterOrDigit(c) || c == '-' || c == '_';
    }
  }
}
