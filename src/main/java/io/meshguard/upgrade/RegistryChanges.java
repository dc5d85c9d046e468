package io.meshguard.upgrade;

import static io.meshguard.upgrade.DefaultChange.istio;

import io.meshguard.istio.Discovery;
import io.meshguard.istio.HostName;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Set;

/** Changes that Services and ServiceEntries show, and what istiod reads of a namespace. */
final class RegistryChanges {

  private static final String ANNOTATION = "networking.istio.io/traffic-distribution";
  private static final String ALLOCATE = "networking.istio.io/enable-autoallocate-ip";
  private static final Set<Kind> SERVICES = Set.of(Kind.SERVICE);
  private static final Set<Kind> ENTRIES = Set.of(Kind.SERVICE_ENTRY);
  private static final Set<Kind> CONFIGURATION =
      Set.of(
          Kind.VIRTUAL_SERVICE,
          Kind.DESTINATION_RULE,
          Kind.GATEWAY,
          Kind.SERVICE_ENTRY,
          Kind.SIDECAR,
          Kind.ENVOY_FILTER,
          Kind.PEER_AUTHENTICATION,
          Kind.TELEMETRY,
          Kind.HTTP_ROUTE,
          Kind.GATEWAY_API_GATEWAY);

  private RegistryChanges() {}

  static List<DefaultChange> all() {
    return List.of(
        istio(
                "http10-not-sniffed",
                "1.13",
                Impact.HIGH,
                "pilot/pkg/networking/core/v1alpha3/listener.go@1.13.0",
                SERVICES,
                RegistryChanges::undeclared)
            .by("appProtocol: http"),
        istio(
                "external-name-alias",
                "1.21",
                Impact.HIGH,
                "releasenotes/notes/external-name-on.yaml@1.21.0",
                SERVICES,
                RegistryChanges::externalName)
            .keptBy(Flag.until("ENABLE_EXTERNAL_NAME_ALIAS", "false", "1.24")),
        istio(
                "target-port-without-resolution",
                "1.22",
                Impact.HIGH,
                "releasenotes/notes/targetPort-service-entry.yaml@1.22.0",
                ENTRIES,
                RegistryChanges::targetPorts)
            .keptBy(Flag.until("ENABLE_RESOLUTION_NONE_TARGET_PORT", "false", "1.25")),
        istio(
                "discovery-selectors",
                "1.22",
                Impact.HIGH,
                "pilot/pkg/features/experimental.go@1.22.0",
                CONFIGURATION,
                RegistryChanges::leftOut)
            .keptBy(Flag.until("ENABLE_ENHANCED_RESOURCE_SCOPING", "false", "1.25")),
        istio(
                "allocated-address",
                "1.25",
                Impact.MEDIUM,
                "releasenotes/notes/ip-allocation-v2-default.yaml@1.25.0",
                ENTRIES,
                RegistryChanges::allocated)
            .by("networking.istio.io/enable-autoallocate-ip: \"false\"")
            .keptBy(Flag.of("PILOT_ENABLE_IP_AUTOALLOCATE", "false")),
        istio(
            "traffic-distribution",
            "1.25",
            Impact.MEDIUM,
            "releasenotes/notes/traffic-distribution.yaml@1.25.0",
            SERVICES,
            RegistryChanges::distributed));
  }

  private static List<Cursor> undeclared(Resource service, Crossing crossing) {
    return ServicePort.of(service, crossing.after().facts().istio()).stream()
        .filter(port -> port.protocol() == Protocol.UNDECLARED)
        .map(ServicePort::at)
        .toList();
  }

  private static List<Cursor> externalName(Resource service, Crossing crossing) {
    Cursor name = service.at("spec", "externalName");
    boolean alias = service.at("spec", "type").is("ExternalName") && name.text().isPresent();
    return alias ? List.of(name) : List.of();
  }

  private static List<Cursor> targetPorts(Resource entry, Crossing crossing) {
    Cursor resolution = entry.at("spec", "resolution");
    if (resolution.isPresent() && !resolution.is("NONE")) {
      return List.of();
    }
    return entry.at("spec", "ports").each().stream()
        .filter(port -> ServicePort.number(port.at("targetPort")) > 0)
        .filter(
            port ->
                ServicePort.number(port.at("targetPort")) != ServicePort.number(port.at("number")))
        .map(port -> port.at("targetPort"))
        .toList();
  }

  /** The environment variable is looked at there, too. */
  private static List<Cursor> leftOut(Resource object, Crossing crossing) {
    Mesh after = crossing.after();
    boolean passed = Discovery.of(after).passesOver(object, after);
    return passed ? List.of(object.at("metadata", "namespace")) : List.of();
  }

  /** Istio gives addresses to all hosts of an entry or none, and only DNS capture uses them. */
  private static List<Cursor> allocated(Resource entry, Crossing crossing) {
    List<MeshConfig> configs = MeshConfig.all(crossing.after());
    boolean captured =
        !configs.isEmpty()
            && configs.stream()
                .map(config -> config.config().at("defaultConfig", "proxyMetadata"))
                .allMatch(
                    variables ->
                        variables.at("ISTIO_META_DNS_CAPTURE").is("true")
                            && !variables.at("ISTIO_META_DNS_AUTO_ALLOCATE").is("true"));
    List<Cursor> hosts = entry.at("spec", "hosts").each();
    Cursor resolution = entry.at("spec", "resolution");
    boolean allocates =
        captured
            && !entry.at("spec", "addresses").isNonEmpty()
            && resolution.isPresent()
            && !resolution.is("NONE")
            && hosts.stream().noneMatch(host -> HostName.isWildcard(host.text("")))
            && entry.label(ALLOCATE).filter("false"::equals).isEmpty();
    return allocates ? hosts : List.of();
  }

  private static List<Cursor> distributed(Resource service, Crossing crossing) {
    Cursor field = service.at("spec", "trafficDistribution");
    Cursor annotation = service.at("metadata", "annotations", ANNOTATION);
    return List.of(field, annotation).stream().filter(at -> at.text().isPresent()).toList();
  }
}
