package io.meshguard.rules.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The API groups of Istio's resources (istio pkg/config/schema/metadata.yaml @1.30.3), by which
 * rights are given.
 */
final class IstioGroups {

  /** Plurals of each group's resources, with the names of their kinds. */
  private static final Map<String, Map<String, String>> RESOURCES =
      new TreeMap<>(
          Map.of(
              "networking.istio.io",
              Map.of(
                  "virtualservices", "VirtualService",
                  "destinationrules", "DestinationRule",
                  "gateways", "Gateway",
                  "serviceentries", "ServiceEntry",
                  "sidecars", "Sidecar",
                  "workloadentries", "WorkloadEntry",
                  "workloadgroups", "WorkloadGroup",
                  "envoyfilters", "EnvoyFilter",
                  "proxyconfigs", "ProxyConfig"),
              "security.istio.io",
              Map.of(
                  "authorizationpolicies", "AuthorizationPolicy",
                  "peerauthentications", "PeerAuthentication",
                  "requestauthentications", "RequestAuthentication"),
              "telemetry.istio.io",
              Map.of("telemetries", "Telemetry"),
              "extensions.istio.io",
              Map.of("wasmplugins", "WasmPlugin", "trafficextensions", "TrafficExtension")));

  /** Groups in which there is none of Istio's resources: Kubernetes' own, and Istio's old ones. */
  private static final Set<String> WITHOUT =
      Set.of(
          "",
          "admissionregistration.k8s.io",
          "apiextensions.k8s.io",
          "apiregistration.k8s.io",
          "apps",
          "authentication.istio.io",
          "authentication.k8s.io",
          "authorization.k8s.io",
          "autoscaling",
          "batch",
          "certificates.k8s.io",
          "config.istio.io",
          "coordination.k8s.io",
          "discovery.k8s.io",
          "events.k8s.io",
          "extensions",
          "networking.k8s.io",
          "node.k8s.io",
          "policy",
          "rbac.authorization.k8s.io",
          "rbac.istio.io",
          "scheduling.k8s.io",
          "storage.k8s.io");

  /** What people write for the group of routes. */
  private static final Set<String> MEANT_NETWORKING =
      Set.of("network.istio.io", "networking.k8s.istio.io");

  /** What people write for all groups of Istio. */
  private static final Set<String> MEANT_ALL = Set.of("istio.io", "*.istio.io");

  private IstioGroups() {}

  /** Returns the names of the groups. */
  static Set<String> names() {
    return RESOURCES.keySet();
  }

  /** Returns whether it is known which resources a group has. */
  static boolean isKnown(String group) {
    return RESOURCES.containsKey(group) || WITHOUT.contains(group) || !meant(group).isEmpty();
  }

  /** Returns the group in which a plural is Istio's. */
  static Optional<String> ownerOf(String plural) {
    return RESOURCES.entrySet().stream()
        .filter(group -> group.getValue().containsKey(plural))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Returns the groups that somebody means who writes what is no group; none where it is one, or
   * may be.
   */
  static List<String> meant(String written) {
    if (MEANT_ALL.contains(written)) {
      return List.copyOf(RESOURCES.keySet());
    }
    if (MEANT_NETWORKING.contains(written)) {
      return List.of("networking.istio.io");
    }
    List<String> meant = new ArrayList<>();
    for (Map.Entry<String, Map<String, String>> group : RESOURCES.entrySet()) {
      String name = group.getKey();
      boolean versioned = written.startsWith(name + "/");
      boolean inCapitals = !written.equals(name) && written.equalsIgnoreCase(name);
      boolean definition =
          group.getValue().keySet().stream().anyMatch(r -> written.equals(r + "." + name));
      if (versioned || inCapitals || definition) {
        meant.add(name);
      }
    }
    return meant;
  }

  /**
   * Returns the plural that somebody means who writes a kind, a singular or a full name, which RBAC
   * takes for another resource.
   *
   * @param group one of {@link #names}
   */
  static Optional<String> pluralMeant(String group, String written) {
    String small = written.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> resource : RESOURCES.getOrDefault(group, Map.of()).entrySet()) {
      String plural = resource.getKey();
      boolean meant =
          small.equals(plural)
              || small.equals(resource.getValue().toLowerCase(Locale.ROOT))
              || small.equals(plural + "." + group);
      if (meant && !written.equals(plural)) {
        return Optional.of(plural);
      }
    }
    return Optional.empty();
  }
}
