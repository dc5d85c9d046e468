package io.meshguard.rules.routing;

import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A host that takes itself out of a wildcard which another VirtualService serves at the same
 * gateway: Envoy looks at the routes of the most specific host alone, so what they do not take gets
 * 404 (istio pilot/pkg/networking/core/gateway.go {@code buildGatewayHTTPRouteConfig} @1.30.3,
 * envoy source/common/router/config_impl.cc {@code findVirtualHost}).
 */
public final class ShadowedWildcardHost implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("shadowed-wildcard-host")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Kind.VIRTUAL_SERVICE)
          .reads(Gateways.READS)
          .reads(Visibility.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.VIRTUAL_SERVICE, FaqEntry.ROUTE_ORDER)
          .symptoms(Symptom.NO_ROUTE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    boolean atGateways =
        subject.at("spec", "gateways").each().stream().anyMatch(g -> !g.is(VirtualServices.MESH));
    // Another VirtualService may have what is missing here.
    if (!atGateways
        || !subject.at("spec", "http").isNonEmpty()
        || !VirtualServices.allKnown(mesh)
        || !Visibility.of(subject, mesh).reachesAll()) {
      return;
    }
    Wildcards wildcards = new Wildcards(subject, mesh);
    Set<String> told = new HashSet<>();
    for (VirtualHost way : VirtualHosts.of(subject, mesh).all()) {
      if (!way.gateway().equals(VirtualServices.MESH) && !told.contains(way.host())) {
        Optional<Wildcards.Lost> lost = wildcards.lost(way);
        if (lost.isPresent()) {
          told.add(way.host());
          say(way, lost.get(), subject, mesh, report);
        }
      }
    }
    if (wildcards.isCutShort()) {
      report.cutShort();
    }
  }

  /** Names the other VirtualService only where it lives in the same namespace. */
  private static void say(
      VirtualHost way, Wildcards.Lost lost, Resource subject, Mesh mesh, Report report) {
    boolean near = lost.virtualService().namespace().equals(subject.namespace());
    Examples.Example example = new Examples.Example(lost.request(), lost.request(), true);
    report
        .say(
            place(way.host(), subject, mesh),
            "found",
            near ? 0 : 1,
            lost.virtualService().name(),
            way.host(),
            lost.wildcard(),
            WitnessText.words(example))
        .names(way.host())
        .names(near ? lost.virtualService().name() : "")
        .witness(WitnessText.json(example))
        .advice("advice", way.host(), lost.wildcard());
  }

  private static Cursor place(String host, Resource subject, Mesh mesh) {
    String domain = mesh.facts().clusterDomain();
    return VirtualServices.hosts(subject).stream()
        .filter(
            one ->
                HostName.covers(
                    HostName.completed(one.text(""), subject.namespace(), domain), host))
        .findFirst()
        .orElse(subject.at("spec", "hosts"));
  }
}
