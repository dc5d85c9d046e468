package io.meshguard.rules.gateway;

import io.meshguard.istio.Age;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.GatewayGroups;
import io.meshguard.traffic.ServerMerge;
import io.meshguard.traffic.ServerMerge.Era;
import io.meshguard.traffic.ServerMerge.Fate;
import io.meshguard.traffic.ServerMerge.Loss;
import io.meshguard.traffic.ServerMerge.Port;
import io.meshguard.traffic.ServerMerge.Server;
import io.meshguard.traffic.TrustedProxies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Servers that a proxy cannot have on one port together: Istio leaves out the later one, or Envoy
 * refuses all of them (istio pilot/pkg/model/gateway.go {@code mergeGateways} @1.30.3).
 */
public final class ConflictingGatewayServers implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("conflicting-gateway-servers")
          .subjects(Kind.GATEWAY)
          .reads(GatewayGroups.READS)
          .reads(TrustedProxies.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE, FaqEntry.PUBLIC_INGRESS)
          .symptoms(Symptom.NO_ANSWER, Symptom.NO_CHAIN, Symptom.NO_ROUTE)
          .build();

  /** Sorts behind every time of creation. */
  private static final String NOT_STORED = "~";

  /** Before, a server redirected nothing where no VirtualService had its hosts. */
  private static final VersionRange REDIRECTS_BY_ITSELF = VersionRange.from("1.12");

  /**
   * What becomes of a server.
   *
   * @param loss what becomes of it
   * @param holds in which versions
   * @param byAge whether that is so only if the other Gateway is older, which is not known
   */
  private record Verdict(Loss loss, Applicability holds, boolean byAge) {}

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Map<Port, List<Server>> ports = ServerMerge.ports(subject);
    if (ports.isEmpty()) {
      return;
    }
    GatewayGroups groups = new GatewayGroups(subject, mesh);
    IdentityHashMap<Server, Verdict> verdicts = new IdentityHashMap<>();
    ports.values().forEach(servers -> judge(servers, servers, false, mesh, verdicts));
    for (List<Resource> group : groups.all()) {
      Map<Port, List<List<Server>>> others = others(group, subject);
      ports.forEach(
          (port, servers) ->
              judgeAmong(others.getOrDefault(port, List.of()), servers, mesh, verdicts));
    }
    for (List<Server> servers : ports.values()) {
      for (Server server : servers) {
        Verdict verdict = verdicts.get(server);
        if (verdict != null) {
          say(server, verdict, subject, report);
        }
      }
    }
    if (groups.isCutShort()) {
      report.cutShort();
    }
  }

  /** Returns the servers of other Gateways, by port and then by Gateway. */
  private static Map<Port, List<List<Server>>> others(List<Resource> group, Resource subject) {
    return group.stream()
        .filter(gateway -> !gateway.ref().equals(subject.ref()))
        .flatMap(gateway -> ServerMerge.ports(gateway).entrySet().stream())
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  private static void judgeAmong(
      List<List<Server>> others,
      List<Server> own,
      Mesh mesh,
      IdentityHashMap<Server, Verdict> verdicts) {
    if (others.isEmpty()) {
      return;
    }
    List<List<Server>> all = new ArrayList<>(others);
    all.add(own);
    Optional<List<Server>> inOrder = inOrder(all);
    if (inOrder.isPresent()) {
      judge(inOrder.get(), own, false, mesh, verdicts);
      return;
    }
    for (List<Server> other : others) {
      // One reason is enough, and there may be hundreds.
      if (own.stream().allMatch(verdicts::containsKey)) {
        return;
      }
      Ternary older = Age.isOlder(other.get(0).gateway(), own.get(0).gateway());
      if (older == Ternary.FALSE) {
        continue;
      }
      List<Server> pair = Stream.of(other, own).flatMap(List::stream).toList();
      judge(pair, own, older == Ternary.UNKNOWN, mesh, verdicts);
    }
  }

  /**
   * Returns the servers of several Gateways, the oldest Gateway first; empty if that is unknown.
   */
  private static Optional<List<Server>> inOrder(List<List<Server>> gateways) {
    List<List<Server>> sorted = new ArrayList<>(gateways);
    sorted.sort(
        Comparator.comparing(
                (List<Server> servers) -> servers.get(0).gateway(),
                Comparator.comparing(
                    gateway -> gateway.at("metadata", "creationTimestamp").text(NOT_STORED)))
            .thenComparing(servers -> servers.get(0).gateway().name()));
    for (int i = 1; i < sorted.size(); i++) {
      Resource before = sorted.get(i - 1).get(0).gateway();
      if (Age.isOlder(before, sorted.get(i).get(0).gateway()) != Ternary.TRUE) {
        return Optional.empty();
      }
    }
    return Optional.of(sorted.stream().flatMap(List::stream).toList());
  }

  /** Judges the servers of one Gateway among those of one port. */
  private static void judge(
      List<Server> inOrder,
      List<Server> own,
      boolean byAge,
      Mesh mesh,
      IdentityHashMap<Server, Verdict> verdicts) {
    if (inOrder.size() < 2) {
      return;
    }
    Versions istio = mesh.facts().istio();
    Set<Era> met = EnumSet.noneOf(Era.class);
    istio.known().forEach(version -> met.add(Era.of(version)));
    Set<Era> eras = met.isEmpty() ? EnumSet.allOf(Era.class) : met;
    Map<Era, IdentityHashMap<Server, Loss>> losses = new EnumMap<>(Era.class);
    eras.forEach(era -> losses.put(era, ServerMerge.losses(inOrder, era)));
    for (Server server : own) {
      List<Loss> found =
          losses.values().stream()
              .map(ofEra -> Optional.ofNullable(ofEra.get(server)))
              .flatMap(Optional::stream)
              .toList();
      boolean everywhere = found.size() == eras.size();
      // Where no version is known, what only some of them do is not known either.
      if (found.isEmpty() || (met.isEmpty() && !everywhere)) {
        continue;
      }
      Loss newest = found.get(found.size() - 1);
      boolean certain = everywhere && (met.isEmpty() || istio.complete());
      Applicability holds = certain ? Applicability.EVERYWHERE : Applicability.SOMEWHERE;
      if (newest.fate() == Fate.REDIRECTED) {
        holds = istio.in(REDIRECTS_BY_ITSELF);
        if (holds == Applicability.NOWHERE || !TrustedProxies.none(mesh)) {
          continue;
        }
      }
      Verdict verdict = new Verdict(newest, holds, byAge && newest.fate() != Fate.REDIRECTED);
      verdicts.merge(server, verdict, (one, other) -> one.byAge() ? other : one);
    }
  }

  private static void say(Server server, Verdict verdict, Resource subject, Report report) {
    Loss loss = verdict.loss();
    Server by = loss.by();
    boolean own = by.gateway().ref().equals(subject.ref());
    boolean near = by.gateway().namespace().equals(subject.namespace());
    String name = own ? by.at().at("port", "name").text("") : near ? by.gateway().name() : "";
    String key =
        switch (loss.fate()) {
          case PROTOCOL -> "protocol";
          case HOST -> "host";
          case REDIRECT -> "redirect";
          case NAME -> "name";
          case EVERY_HOST -> "every-host";
          case REDIRECTED -> "redirected";
        };
    Report.Draft draft =
        report.say(
            server.at(),
            key,
            own ? 0 : near ? 1 : 2,
            name,
            Long.toString(server.at().at("port", "number").integer().orElse(0)),
            verdict.byAge() ? 1 : 0,
            by.isPlain() ? 0 : by.isBytes() ? 2 : 1,
            loss.host(),
            loss.lost());
    draft.names(name).names(loss.host()).holds(verdict.holds());
    if (verdict.byAge()) {
      draft.unknownOrder();
    }
  }
}
