package io.meshguard.rules.routing;

import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.HostSet;
import io.meshguard.istio.Registry;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.GatewayPods;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A host that no server of the Gateways of a VirtualService takes: requests for it get 404 (istio
 * pilot/pkg/networking/core/gateway.go {@code buildGatewayHTTPRouteConfig} @1.30.3).
 */
public final class HostOutsideGateway implements Rule {

  /** Each of them is reported at all of {@code exportTo}. */
  private static final int MOST_UNSEEN = 50;

  private static final RuleInfo INFO =
      RuleInfo.rule("host-outside-gateway")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Gateways.READS)
          .reads(Registry.READS)
          .reads(GatewayPods.READS)
          .reads(Visibility.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_ROUTE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    List<Bound> gateways = gateways(subject, mesh);
    List<Cursor> hosts = VirtualServices.hosts(subject);
    if (gateways.isEmpty() || hosts.isEmpty()) {
      return;
    }
    boolean allKnown = gateways.stream().allMatch(gateway -> gateway.hosts().isPresent());
    HostSet all = new HostSet(List.of());
    HostSet opened = new HostSet(List.of());
    distinct(gateways).forEach(gateway -> gateway.hosts().ifPresent(all::addAll));
    distinct(gateways).forEach(gateway -> gateway.opened().ifPresent(opened::addAll));
    HostSet sni = sniHosts(subject);
    boolean forMesh = VirtualServices.boundToMesh(subject);
    Registry registry = new Registry(mesh);
    List<String> taken = new ArrayList<>();
    for (Cursor host : report.judged(hosts)) {
      String name = fullName(host, subject, mesh);
      List<String> names = names(host, subject, mesh);
      boolean isTaken = names.stream().anyMatch(all::overlaps);
      if (isTaken) {
        taken.addAll(names);
      }
      // What sidecars serve need not be taken by a Gateway.
      if (!allKnown || (forMesh && registry.contains(name) != Ternary.FALSE)) {
        continue;
      }
      if (!isTaken) {
        boolean letters = names.stream().anyMatch(all.inSmallLetters()::overlaps);
        report.say(host, letters ? "letters" : "found", host.text(""));
      } else if (names.stream().noneMatch(opened::overlaps) && !sni.overlaps(name)) {
        report.say(host, "passthrough", host.text(""));
      }
    }
    // What was not judged may be what a Gateway takes.
    if (gateways.size() > 1 && !taken.isEmpty() && !report.isCutShort()) {
      reportUseless(gateways, new HostSet(taken), report);
    }
    reportUnseen(gateways, subject, mesh, report);
  }

  /** Returns each Gateway once, however often it is named. */
  private static List<Bound> distinct(List<Bound> gateways) {
    IdentityHashMap<Resource, Bound> byObject = new IdentityHashMap<>();
    gateways.forEach(bound -> bound.object().ifPresent(object -> byObject.put(object, bound)));
    return List.copyOf(byObject.values());
  }

  /** Reports a Gateway that takes none of the hosts, where others take some. */
  private static void reportUseless(List<Bound> gateways, HostSet taken, Report report) {
    IdentityHashMap<HostSet, Boolean> useful = new IdentityHashMap<>();
    for (Bound gateway : gateways) {
      boolean useless =
          gateway.hosts().filter(own -> !useful.computeIfAbsent(own, taken::overlaps)).isPresent();
      if (useless) {
        report.say(gateway.at(), "useless", gateway.at().text(""));
      }
    }
  }

  /** Reports Gateways whose Pods do not see the VirtualService. */
  private static void reportUnseen(
      List<Bound> gateways, Resource subject, Mesh mesh, Report report) {
    Cursor exportTo = subject.at("spec", "exportTo");
    Visibility visibility = Visibility.of(subject, mesh);
    if (visibility.reachesAll()) {
      return;
    }
    GatewayPods pods = new GatewayPods(mesh);
    int told = 0;
    for (Bound gateway : gateways) {
      if (gateway.object().filter(object -> missOut(pods, object, visibility)).isPresent()) {
        if (told++ == MOST_UNSEEN) {
          report.cutShort();
          return;
        }
        String name = gateway.at().text("");
        report
            .say(exportTo.isPresent() ? exportTo : gateway.at(), "not-exported", name)
            .names(name);
      }
    }
    if (pods.isCutShort()) {
      report.cutShort();
    }
  }

  /** False where it is not known in which namespaces the Pods of a Gateway run. */
  private static boolean missOut(GatewayPods pods, Resource gateway, Visibility visibility) {
    return pods.namespaces(gateway)
        .filter(namespaces -> !namespaces.isEmpty())
        .filter(all -> all.stream().allMatch(n -> visibility.reaches(n) == Ternary.FALSE))
        .isPresent();
  }

  private static List<Bound> gateways(Resource subject, Mesh mesh) {
    List<Bound> bound = new ArrayList<>();
    IdentityHashMap<Resource, Bound> known = new IdentityHashMap<>();
    for (Cursor at : subject.at("spec", "gateways").each()) {
      if (at.is(VirtualServices.MESH)) {
        continue;
      }
      Optional<Gateways.Reference> reference =
          at.text().flatMap(written -> Gateways.reference(written, subject.namespace()));
      if (reference.isEmpty()) {
        // Istio refuses it, and reads it all the same where it is stored.
        bound.add(new Bound(at, Optional.empty(), Optional.empty(), Optional.empty()));
      } else {
        Lookup lookup = Gateways.find(reference.get(), mesh);
        if (lookup.found().isPresent()) {
          String home = subject.namespace();
          Bound first =
              known.computeIfAbsent(lookup.found().get(), object -> Bound.to(object, at, home));
          bound.add(new Bound(at, first.object(), first.hosts(), first.opened()));
        } else if (!lookup.isAbsent()) {
          bound.add(new Bound(at, Optional.empty(), Optional.empty(), Optional.empty()));
        }
      }
    }
    return bound;
  }

  private static HostSet sniHosts(Resource subject) {
    List<String> hosts = new ArrayList<>();
    for (Cursor route : subject.at("spec", "tls").each()) {
      for (Cursor match : route.at("match").each()) {
        for (Cursor host : match.at("sniHosts").each()) {
          host.text().ifPresent(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
        }
      }
    }
    return new HostSet(hosts);
  }

  /**
   * Returns what a host of the VirtualService may be called where it is compared. Some versions
   * make its letters small before, so either will do; the letters of a server's host stay in all.
   */
  private static List<String> names(Cursor host, Resource subject, Mesh mesh) {
    String written = host.text("");
    String full = HostName.completed(written, subject.namespace(), mesh.facts().clusterDomain());
    return Stream.of(full, written, fullName(host, subject, mesh), written.toLowerCase(Locale.ROOT))
        .distinct()
        .toList();
  }

  private static String fullName(Cursor host, Resource subject, Mesh mesh) {
    return HostName.resolve(host.text(""), subject.namespace(), mesh.facts().clusterDomain());
  }

  /**
   * A Gateway that the VirtualService names and that may exist.
   *
   * @param at the reference
   * @param object the Gateway; empty where it is not known
   * @param hosts the hosts it takes; empty where the Gateway is not known
   * @param opened those of them that it does not only pass through
   */
  private record Bound(
      Cursor at, Optional<Resource> object, Optional<HostSet> hosts, Optional<HostSet> opened) {

    static Bound to(Resource gateway, Cursor at, String namespace) {
      return new Bound(
          at,
          Optional.of(gateway),
          Optional.of(Gateways.hosts(gateway, namespace)),
          Optional.of(Gateways.openedHosts(gateway, namespace)));
    }
  }
}
