package io.meshguard.rules.routing;

import io.meshguard.mesh.Access.Answer;
import io.meshguard.mesh.Gateways;
import io.meshguard.mesh.HostName;
import io.meshguard.mesh.HostSet;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Registry;
import io.meshguard.mesh.VirtualServices;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A host that no server of the Gateways of a VirtualService takes: requests for it get 404 (istio
 * pilot/pkg/networking/core/gateway.go {@code buildGatewayHTTPRouteConfig} @1.30.3).
 */
public final class HostOutsideGateway implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("host-outside-gateway")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Gateways.READS)
          .reads(Registry.READS)
          .reads(GatewayPods.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
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
    HostSet sni = sniHosts(subject);
    List<Cursor> taken = new ArrayList<>();
    for (Cursor host : hosts) {
      String name = fullName(host, subject, mesh);
      boolean isTaken = gateways.stream().anyMatch(gateway -> takes(gateway.hosts(), host, name));
      boolean opened = gateways.stream().anyMatch(gateway -> takes(gateway.opened(), host, name));
      if (isTaken) {
        taken.add(host);
      }
      if (!allKnown || servedByMesh(subject, name, mesh)) {
        continue;
      }
      if (!isTaken) {
        report.say(host, "found", host.text(""));
      } else if (!opened && !sni.overlaps(name)) {
        report.say(host, "passthrough", host.text(""));
      }
    }
    if (gateways.size() > 1) {
      reportUseless(gateways, taken, subject, mesh, report);
    }
    for (Bound gateway : gateways) {
      if (gateway.object().filter(g -> GatewayPods.missOut(subject, g, mesh)).isPresent()) {
        Cursor exportTo = subject.at("spec", "exportTo");
        String name = gateway.at().text("");
        report
            .say(exportTo.isPresent() ? exportTo : gateway.at(), "not-exported", name)
            .names(name);
      }
    }
  }

  /** Reports a Gateway that takes none of the hosts, where others take some. */
  private static void reportUseless(
      List<Bound> gateways, List<Cursor> taken, Resource subject, Mesh mesh, Report report) {
    for (Bound gateway : gateways) {
      boolean useless =
          gateway.hosts().isPresent()
              && taken.stream()
                  .noneMatch(h -> takes(gateway.hosts(), h, fullName(h, subject, mesh)));
      if (useless && !taken.isEmpty()) {
        report.say(gateway.at(), "useless", gateway.at().text(""));
      }
    }
  }

  /** What sidecars serve need not be taken by a Gateway. */
  private static boolean servedByMesh(Resource subject, String name, Mesh mesh) {
    return VirtualServices.boundToMesh(subject) && new Registry(mesh).contains(name) != Answer.NO;
  }

  private static List<Bound> gateways(Resource subject, Mesh mesh) {
    List<Bound> bound = new ArrayList<>();
    for (Cursor at : subject.at("spec", "gateways").each()) {
      Optional<Gateways.Reference> reference =
          at.text()
              .filter(written -> !written.equals(VirtualServices.MESH))
              .flatMap(written -> Gateways.reference(written, subject.namespace()));
      if (reference.isPresent()) {
        Lookup lookup = Gateways.find(reference.get(), mesh);
        if (!lookup.isAbsent()) {
          Optional<Resource> gateway = lookup.found();
          bound.add(
              new Bound(
                  at,
                  gateway,
                  gateway.map(found -> Gateways.hosts(found, subject.namespace())),
                  gateway.map(found -> Gateways.openedHosts(found, subject.namespace()))));
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

  private static boolean takes(Optional<HostSet> hosts, Cursor host, String name) {
    return hosts
        .filter(set -> set.overlaps(name) || set.overlaps(host.text("").toLowerCase(Locale.ROOT)))
        .isPresent();
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
      Cursor at, Optional<Resource> object, Optional<HostSet> hosts, Optional<HostSet> opened) {}
}
