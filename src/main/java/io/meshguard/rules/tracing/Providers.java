package io.meshguard.rules.tracing;

import io.meshguard.istio.MeshConfig;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The extension providers of mesh configurations, which are found by name whatever its capital
 * letters (istio pilot/pkg/model/telemetry.go {@code fetchProvider} @1.31).
 *
 * @param configs the configurations, each an object
 */
record Providers(List<Cursor> configs) {

  /** Istio defines them itself (istio pkg/config/mesh/mesh.go {@code DefaultMeshConfig}). */
  private static final Set<String> BUILT_IN = Set.of("prometheus", "envoy", "stackdriver");

  /** Kinds of providers that never traced. */
  private static final Set<String> WITHOUT_TRACING =
      Set.of(
          "prometheus",
          "envoyFileAccessLog",
          "envoyHttpAls",
          "envoyTcpAls",
          "envoyOtelAls",
          "envoyExtAuthzHttp",
          "envoyExtAuthzGrpc",
          "sds");

  static Providers of(List<MeshConfig> configs) {
    return new Providers(configs.stream().map(MeshConfig::config).toList());
  }

  /** Returns whether some configuration has a provider, or Istio has it by itself. */
  boolean has(String name) {
    return BUILT_IN.stream().anyMatch(name::equalsIgnoreCase) || !named(name).isEmpty();
  }

  /** Returns the one provider whose name is nearly that; empty where none or several are. */
  Optional<String> similarTo(String name) {
    Set<String> names = new TreeSet<>();
    for (Cursor config : configs) {
      for (Cursor provider : config.at("extensionProviders").each()) {
        provider.at("name").text().ifPresent(names::add);
      }
    }
    List<String> near =
        names.stream().filter(each -> Nearest.within(2, name, Set.of(each)).isPresent()).toList();
    return near.size() == 1 ? Optional.of(near.get(0)) : Optional.empty();
  }

  /** Returns the field that makes a provider one that does not trace; empty where it may trace. */
  Optional<String> withoutTracing(String name) {
    List<Cursor> named = named(name);
    if (named.isEmpty()) {
      return BUILT_IN.stream()
          .filter(name::equalsIgnoreCase)
          .filter(each -> !each.equals("stackdriver"))
          .map(each -> each.equals("envoy") ? "envoyFileAccessLog" : each)
          .findFirst();
    }
    Optional<String> kind = Optional.empty();
    for (Cursor provider : named) {
      kind = WITHOUT_TRACING.stream().filter(each -> provider.at(each).isObject()).findFirst();
      if (kind.isEmpty()) {
        return kind;
      }
    }
    return kind;
  }

  /** Returns whether a provider decides by itself, everywhere, which requests are traced. */
  boolean samples(String name) {
    List<Cursor> named = named(name);
    return !named.isEmpty()
        && named.stream().allMatch(p -> p.at("opentelemetry", "dynatraceSampler").isObject());
  }

  /** Returns whether some configuration names a default provider for tracing. */
  boolean tracesByDefault() {
    return configs.stream()
        .anyMatch(config -> config.at("defaultProviders", "tracing").isNonEmpty());
  }

  private List<Cursor> named(String name) {
    List<Cursor> named = new ArrayList<>();
    for (Cursor config : configs) {
      for (Cursor provider : config.at("extensionProviders").each()) {
        if (provider.at("name").text("").equalsIgnoreCase(name)) {
          named.add(provider);
        }
      }
    }
    return named;
  }
}
