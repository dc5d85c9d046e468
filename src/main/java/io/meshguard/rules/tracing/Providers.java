package io.meshguard.rules.tracing;

import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The extension providers of mesh configurations, which are found by name whatever its capital
 * letters (istio pilot/pkg/model/telemetry.go {@code fetchProvider} @1.31). Not for use by several
 * threads at once.
 */
final class Providers {

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

  /** Names that are compared with wrong ones, all together. */
  private static final int MOST_COMPARED = 2_000;

  private final List<Cursor> configs;
  private final Map<String, List<Cursor>> named = new HashMap<>();
  private final Set<String> names = new TreeSet<>();
  private final WorkBudget compared = new WorkBudget(MOST_COMPARED);

  private Providers(List<Cursor> configs) {
    this.configs = configs;
    for (Cursor config : configs) {
      for (Cursor provider : config.at("extensionProviders").each()) {
        provider.at("name").text().ifPresent(name -> add(name, provider));
      }
    }
  }

  private void add(String name, Cursor provider) {
    names.add(name);
    named.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).add(provider);
  }

  static Providers of(List<MeshConfig> configs) {
    return new Providers(configs.stream().map(MeshConfig::config).toList());
  }

  /** Returns whether some configuration has a provider, or Istio has it by itself. */
  boolean has(String name) {
    return BUILT_IN.stream().anyMatch(name::equalsIgnoreCase) || !named(name).isEmpty();
  }

  /** Returns the one provider whose name is nearly that; empty where none or several are. */
  Optional<String> similarTo(String name) {
    if (!compared.take(names.size())) {
      return Optional.empty();
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
    return named.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }
}
