package io.meshguard.rules.routing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.HostName;
import io.meshguard.istio.Registry;
import io.meshguard.istio.VirtualServices;
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
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.List;

/**
 * A VirtualService that names gateways but not {@code mesh}, although one of its hosts is a service
 * of the cluster: calls from inside do not follow its routes (istio pilot/pkg/model/push_context.go
 * {@code VirtualServicesForGateway} @1.30.3).
 */
public final class MeshGatewayOmitted implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("mesh-gateway-omitted")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Kind.SERVICE, Kind.VIRTUAL_SERVICE)
          .fixes(Safety.UNSAFE)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .hides(Symptom.TIMEOUT)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Cursor gateways = subject.at("spec", "gateways");
    boolean delegate = !subject.at("spec", "hosts").isNonEmpty();
    if (VirtualServices.boundToMesh(subject) || delegate) {
      return;
    }
    Registry registry = new Registry(mesh);
    List<String> uncovered = new ArrayList<>();
    for (Cursor host : report.judged(VirtualServices.hosts(subject))) {
      String written = host.text("");
      String fullName =
          HostName.resolve(written, subject.namespace(), mesh.facts().clusterDomain());
      if (isClusterService(fullName, registry) && isUncovered(subject, fullName, mesh)) {
        uncovered.add(written);
      }
    }
    if (uncovered.isEmpty()) {
      return;
    }
    Report.Draft draft = report.say(gateways, "found", uncovered.get(0), uncovered.size() - 1);
    uncovered.forEach(draft::names);
    if (meshCanBeAdded(subject)) {
      JsonPointer end = gateways.pointer().appendProperty("-");
      draft.fix(
          Safety.UNSAFE,
          "fix",
          List.of(new PatchOp.Add(end, JsonNodeFactory.instance.textNode(VirtualServices.MESH))));
    }
  }

  /** An ExternalName leads out of the mesh, often to the very gateway that has these routes. */
  private static boolean isClusterService(String fullName, Registry registry) {
    return !HostName.isWildcard(fullName)
        && registry
            .service(fullName)
            .found()
            .filter(service -> !service.at("spec", "type").is("ExternalName"))
            .isPresent();
  }

  /** Where another VirtualService serves the host for the sidecars, nothing is missing here. */
  private static boolean isUncovered(Resource subject, String fullName, Mesh mesh) {
    return VirtualServices.othersForMeshHost(subject, fullName, mesh).findFirst().isEmpty();
  }

  /**
   * With {@code mesh}, Istio refuses the host {@code *}; and what only a gateway can match, such as
   * JWT claims, or is tied to a gateway's port must not reach the sidecars.
   */
  private static boolean meshCanBeAdded(Resource subject) {
    boolean anyHost = VirtualServices.hosts(subject).stream().anyMatch(host -> host.is("*"));
    boolean gatewayOnly =
        subject.at("spec", "http").each().stream()
            .flatMap(route -> route.at("match").each().stream())
            .anyMatch(MeshGatewayOmitted::matchesOnlyAtGateway);
    return !anyHost && !gatewayOnly;
  }

  private static boolean matchesOnlyAtGateway(Cursor match) {
    return match.at("port").isPresent()
        || match.at("gateways").isNonEmpty()
        || match.at("headers").fields().stream().anyMatch(h -> h.name().startsWith("@request."))
        || match.at("withoutHeaders").fields().stream()
            .anyMatch(h -> h.name().startsWith("@request."));
  }
}
