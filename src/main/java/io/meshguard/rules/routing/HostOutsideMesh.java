package io.meshguard.rules.routing;

import io.meshguard.istio.HostName;
import io.meshguard.istio.HostSet;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.logic.Ternary;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A VirtualService for the sidecars whose hosts are not in the registry: only on port 80 are its
 * routes used all the same (istio pilot/pkg/networking/core/route/route.go @1.30.3). A ServiceEntry
 * for a wildcard registers no host under it for HTTP. A name with a dot is never completed, so
 * {@code reviews.prod} is no Service; beside the full name it may stand for callers that use it.
 * The host {@code *} is refused (istio pkg/config/validation/virtualservice.go @1.30.3).
 */
public final class HostOutsideMesh implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("host-outside-mesh")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Registry.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .hides(Symptom.TIMEOUT)
          .build();

  /** The port on which a host has its routes also if it is not registered. */
  private static final int ALWAYS = 80;

  private static final int MOST_SHOWN = 5;

  /** Hosts of ServiceEntries that are compared with those of a VirtualService. */
  private static final int MOST_COMPARED = 300_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (!VirtualServices.boundToMesh(subject)) {
      return;
    }
    Registry registry = new Registry(mesh);
    String domain = mesh.facts().clusterDomain();
    List<Cursor> outside = new ArrayList<>();
    Map<Cursor, Wildcard> under = new LinkedHashMap<>();
    boolean onPort80 = isForPort80(subject);
    WorkBudget budget = new WorkBudget(MOST_COMPARED);
    List<Cursor> hosts = VirtualServices.hosts(subject);
    Set<String> names = new HashSet<>();
    hosts.forEach(host -> names.add(fullName(host, subject, domain)));
    for (Cursor host : report.judged(hosts)) {
      if (host.is("*")) {
        report.say(host, "any");
        continue;
      }
      String name = fullName(host, subject, domain);
      Optional<String> meant = meantService(name, registry, domain);
      if (meant.isPresent()) {
        if (!names.contains(meant.get())) {
          report.say(host, "incomplete", meant.get());
        }
      } else if (!HostName.isAddress(name) && registry.contains(name) == Ternary.FALSE) {
        outside.add(host);
      } else if (!onPort80) {
        registry
            .onlyWildcard(name, budget)
            .flatMap(entries -> underWildcard(name, entries, mesh))
            .ifPresent(found -> under.put(host, found));
      }
    }
    if (budget.isOver()) {
      report.cutShort();
    }
    if (outside.size() + under.size() == hosts.size()) {
      outside.forEach(host -> report.say(host, "outside"));
      under.forEach((host, found) -> report.say(host, "wildcard", found.host(), found.ports()));
    }
  }

  /**
   * A ServiceEntry with a wildcard that covers a host.
   *
   * @param host the wildcard
   * @param ports its HTTP ports other than 80
   */
  private record Wildcard(String host, Message.Verbatim ports) {}

  /** What covers a host, if that has HTTP ports on which the host itself has no routes. */
  private static Optional<Wildcard> underWildcard(String name, List<Resource> entries, Mesh mesh) {
    Set<Integer> ports = new TreeSet<>();
    String wildcard = "";
    for (Resource entry : entries) {
      for (Cursor host : entry.at("spec", "hosts").each()) {
        if (HostName.isWildcard(host.text(""))
            && new HostSet(List.of(host.text(""))).covers(name)) {
          wildcard = host.text("");
        }
      }
      ServicePort.of(entry, mesh.facts().istio()).stream()
          .filter(port -> port.protocol() == Protocol.HTTP || port.protocol() == Protocol.HTTP2)
          .filter(port -> port.number() != ALWAYS)
          .forEach(port -> ports.add(port.number()));
    }
    if (ports.isEmpty() || wildcard.isEmpty()) {
      return Optional.empty();
    }
    String shown =
        ports.stream()
            .limit(MOST_SHOWN)
            .map(port -> Integer.toString(port))
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Wildcard(wildcard, Message.verbatim(ports.size() > MOST_SHOWN ? shown + " …" : shown)));
  }

  /** Returns whether no http route is meant for a port other than 80. */
  private static boolean isForPort80(Resource subject) {
    return subject.at("spec", "http").each().stream()
        .allMatch(
            route ->
                route.at("match").isNonEmpty()
                    && route.at("match").each().stream()
                        .allMatch(match -> ServicePort.number(match.at("port")) == ALWAYS));
  }

  private static String fullName(Cursor host, Resource subject, String domain) {
    return HostName.resolve(host.text(""), subject.namespace(), domain);
  }

  /** Returns the full name of the Service that a name of the form {@code name.namespace} means. */
  private static Optional<String> meantService(String name, Registry registry, String domain) {
    if (domain.isEmpty()) {
      return Optional.empty();
    }
    String head = name.endsWith(".svc") ? name.substring(0, name.length() - ".svc".length()) : name;
    String fullName = head + ".svc." + domain;
    boolean meant =
        registry.service(fullName).found().isPresent() && registry.contains(name) != Ternary.TRUE;
    return meant ? Optional.of(fullName) : Optional.empty();
  }
}
