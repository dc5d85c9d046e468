package io.meshguard.rules.tracing;

import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a mesh traces, and with which headers.
 *
 * @param mesh the mesh
 */
record Tracing(Mesh mesh) {

  /** Headers of a provider by the field that makes it what it is. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "zipkin", "B3",
          "opentelemetry", "W3C",
          "datadog", "Datadog",
          "skywalking", "SkyWalking");

  private static final MemoizedQuery<Map<String, Set<String>>> USED =
      new MemoizedQuery<>(
          Stream.concat(MeshConfig.READS.stream(), Stream.of(Kind.TELEMETRY))
              .collect(Collectors.toUnmodifiableSet()),
          Tracing::used);

  /**
   * Two ways of writing trace headers that do not read each other.
   *
   * @param own that of the object
   * @param other that of another part of the mesh
   */
  record Clash(String own, String other) {}

  /** Returns whether calls in a namespace are traced, as far as can be seen. */
  boolean traces(String namespace) {
    return telemetry(namespace).stream().anyMatch(Tracing::reports)
        || mesh.facts().rootNamespaces().stream()
            .flatMap(root -> telemetry(root).stream())
            .filter(telemetry -> !telemetry.at("spec", "selector").isPresent())
            .anyMatch(Tracing::reports)
        || MeshConfig.all(mesh).stream().anyMatch(config -> byMeshConfig(config.config()));
  }

  /** Returns how a provider clashes with one that another Telemetry uses; empty if with none. */
  Optional<Clash> clash(Resource telemetry, String provider) {
    Optional<String> own = headers(provider);
    if (own.isEmpty()) {
      return Optional.empty();
    }
    return mesh.derive(USED).entrySet().stream()
        .filter(used -> !used.getKey().equals(own.get()))
        .filter(used -> used.getValue().stream().anyMatch(user -> !user.equals(name(telemetry))))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .map(other -> new Clash(own.get(), other));
  }

  /** Returns by headers some of the Telemetry objects that use them: enough to find another one. */
  private static Map<String, Set<String>> used(Mesh mesh) {
    Tracing tracing = new Tracing(mesh);
    Map<String, Optional<String>> known = new HashMap<>();
    Map<String, Set<String>> used = new HashMap<>();
    for (Resource telemetry : mesh.list(Kind.TELEMETRY).items()) {
      for (String provider : providers(telemetry)) {
        known
            .computeIfAbsent(provider, tracing::headers)
            .map(headers -> used.computeIfAbsent(headers, h -> new HashSet<>()))
            .filter(users -> users.size() < 2)
            .ifPresent(users -> users.add(name(telemetry)));
      }
    }
    return used;
  }

  private static String name(Resource telemetry) {
    return telemetry.namespace() + "/" + telemetry.name();
  }

  private List<Resource> telemetry(String namespace) {
    return mesh.list(Kind.TELEMETRY, namespace).items();
  }

  private static boolean reports(Resource telemetry) {
    return telemetry.at("spec", "tracing").each().stream()
        .anyMatch(entry -> !entry.at("disableSpanReporting").isTrue());
  }

  private static boolean byMeshConfig(Cursor config) {
    return config.at("defaultProviders", "tracing").isNonEmpty()
        || config.at("defaultConfig", "tracing").isNonEmpty();
  }

  private static List<String> providers(Resource telemetry) {
    return telemetry.at("spec", "tracing").each().stream()
        .flatMap(entry -> entry.at("providers").each().stream())
        .flatMap(provider -> provider.at("name").text().stream())
        .toList();
  }

  /** A Zipkin provider can be told to read and write W3C headers as well. */
  private Optional<String> headers(String provider) {
    return MeshConfig.all(mesh).stream()
        .flatMap(config -> config.config().at("extensionProviders").each().stream())
        .filter(candidate -> !provider.isEmpty() && candidate.at("name").is(provider))
        .filter(candidate -> !candidate.at("zipkin", "traceContextOption").isPresent())
        .flatMap(
            candidate ->
                HEADERS.entrySet().stream()
                    .filter(entry -> candidate.at(entry.getKey()).isObject())
                    .map(Map.Entry::getValue))
        .findFirst();
  }
}
