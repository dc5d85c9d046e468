package io.meshguard.rules.tracing;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.process.NginxProxies;
import io.meshguard.process.NginxProxies.Header;
import io.meshguard.process.NginxProxies.Proxy;
import io.meshguard.process.NginxProxies.Scope;
import io.meshguard.process.NginxUse;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An nginx in the mesh that takes trace headers from requests to services of the mesh, or gives
 * them a value of its own. What the sidecar writes on the way in is gone then, and on the way out
 * it begins another trace, whichever headers it traces by.
 */
final class NginxHeaders {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.concat(NginxUse.reads().stream(), Stream.of(Kind.SERVICE))
          .collect(Collectors.toUnmodifiableSet());

  /** For the nginx configuration of a ConfigMap. */
  private static final long MOST_STEPS = 4_000_000;

  private static final int STEPS_PER_SERVER = 100;

  /** One is enough for a finding, and a file that so many mount is looked at no further. */
  private static final int MOST_USERS = 500;

  /** nginx makes it anew for each request, also for one that comes with an id. */
  private static final Set<String> OWN_ID = Set.of("$request_id", "${request_id}");

  private final Resource map;
  private final Mesh mesh;
  private final Report report;
  private final WorkBudget budget = new WorkBudget(MOST_STEPS);
  private final Set<String> reported = new HashSet<>();

  private NginxHeaders(Resource map, Mesh mesh, Report report) {
    this.map = map;
    this.mesh = mesh;
    this.report = report;
  }

  /** Reports what the nginx configuration in a ConfigMap does to trace headers. */
  static void check(Resource map, Mesh mesh, Report report) {
    if (NginxProxies.mayBeIn(map)) {
      new NginxHeaders(map, mesh, report).check();
    }
  }

  private void check() {
    List<Loss> losses =
        new NginxProxies(map, budget)
            .proxies().stream()
                .filter(proxy -> proxy.scope().knowsHeaders())
                .flatMap(proxy -> losses(proxy).stream())
                .filter(loss -> loss.proxy().servers().stream().anyMatch(this::isInMesh))
                .toList();
    if (budget.isOver()) {
      report.cutShort();
    } else if (!losses.isEmpty()) {
      Place place = place();
      losses.stream().filter(loss -> loss.isWrongAt(place)).forEach(this::say);
    }
  }

  /** Where the nginx runs, as far as is seen. */
  private enum Place {
    OUTSIDE,
    PERHAPS_INSIDE,
    INSIDE
  }

  /**
   * A trace header that does not reach a server.
   *
   * @param key what happens to it
   * @param header the header as it is written
   * @param proxy where it would go
   */
  private record Loss(String key, String header, Proxy proxy) {

    /** An id of its own is right where nginx stands before the mesh. */
    boolean isWrongAt(Place place) {
      return place == Place.INSIDE || (place == Place.PERHAPS_INSIDE && !key.equals("nginx-id"));
    }
  }

  private List<Loss> losses(Proxy proxy) {
    Scope scope = proxy.scope();
    if (!budget.take(1L + scope.headers().size())) {
      return List.of();
    }
    Map<String, Optional<Loss>> byName = new LinkedHashMap<>();
    for (Header header : scope.headers()) {
      if (TraceHeaders.isBrokenByRemoval(header.name())) {
        String name = header.name().toLowerCase(Locale.ROOT);
        Optional<Loss> loss = loss(header, proxy);
        // Of two with one name both are sent, if they have a value.
        byName.merge(
            name,
            loss,
            (one, other) -> one.isPresent() && other.isPresent() ? other : Optional.empty());
      }
    }
    if (!scope.passesHeaders() && byName.values().stream().allMatch(Optional::isPresent)) {
      return List.of(new Loss("nginx-all", "", proxy));
    }
    return byName.values().stream().flatMap(Optional::stream).toList();
  }

  /** Of other variables it is not known that they are not the request's own. */
  private static Optional<Loss> loss(Header header, Proxy proxy) {
    String value = header.value();
    if (value.isEmpty()) {
      return Optional.of(new Loss("nginx-removed", header.name(), proxy));
    }
    if (!TraceHeaders.isBrokenByValue(header.name(), value)) {
      return Optional.empty();
    }
    if (OWN_ID.contains(value)) {
      return Optional.of(new Loss("nginx-id", header.name(), proxy));
    }
    return isFixed(value)
        ? Optional.of(new Loss("nginx-overwritten", header.name(), proxy))
        : Optional.empty();
  }

  /**
   * Anything else than letters, digits and hyphens may be a placeholder that is filled in later.
   */
  private static boolean isFixed(String value) {
    return value.chars().allMatch(c -> c == '-' || (c < 128 && Character.isLetterOrDigit(c)));
  }

  /** What leaves the mesh may lose its headers on purpose. */
  private boolean isInMesh(String server) {
    if (!budget.take(STEPS_PER_SERVER)) {
      return false;
    }
    int colon = server.lastIndexOf(':');
    String written = colon < 0 ? server : server.substring(0, colon);
    String host = written.endsWith(".") ? written.substring(0, written.length() - 1) : written;
    int dot = host.indexOf('.');
    if (dot < 0 || host.endsWith(".svc") || host.endsWith(".svc." + mesh.facts().clusterDomain())) {
      return !host.isEmpty();
    }
    String namespace = host.substring(dot + 1);
    return namespace.indexOf('.') < 0
        && mesh.find(Kind.SERVICE, namespace, host.substring(0, dot)).found().isPresent();
  }

  private Place place() {
    NginxUse.Users users = NginxUse.of(map, mesh);
    Injection injection = new Injection(mesh);
    if (users.workloads().isEmpty()) {
      boolean perhaps =
          users.mayBeMore()
              && !isOutside(injection)
              && !Egress.saysEgress(map.at("metadata", "name"));
      return perhaps ? Place.PERHAPS_INSIDE : Place.OUTSIDE;
    }
    if (users.workloads().size() > MOST_USERS) {
      report.cutShort();
    }
    Place place = Place.OUTSIDE;
    for (Workload user :
        users.workloads().subList(0, Math.min(MOST_USERS, users.workloads().size()))) {
      if (!NginxUse.runsNginx(user) || Egress.selects(user.template().metadata().at("labels"))) {
        continue;
      }
      Decision decision = injection.decide(user);
      if (decision.expected()) {
        return Place.INSIDE;
      }
      place = decision.ruledOut() ? place : Place.PERHAPS_INSIDE;
    }
    return place;
  }

  private boolean isOutside(Injection injection) {
    return Injection.ignores(map.namespace())
        || injection
            .namespaceLabels(map.namespace())
            .filter(labels -> injection.decide(labels).ruledOut())
            .isPresent();
  }

  private void say(Loss loss) {
    Cursor file = loss.proxy().file();
    if (reported.add(file.pointer() + " " + loss.key() + " " + loss.header())) {
      report
          .say(
              file,
              loss.key(),
              loss.header(),
              loss.proxy().shownTarget(),
              Message.verbatim(loss.proxy().setHeader()))
          .names(loss.key())
          .names(loss.header())
          .advice(
              loss.key().equals("nginx-id") ? "advice-nginx-id" : "advice-nginx",
              Message.verbatim(loss.proxy().setHeader()));
    }
  }
}
