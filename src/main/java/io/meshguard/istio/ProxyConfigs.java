package io.meshguard.istio;

import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ProxyConfig that a sidecar runs with. From weak to strong: built-in default, {@code
 * defaultConfig} of the mesh, ProxyConfig objects of the root namespace and of the namespace, the
 * Pod's annotation, a ProxyConfig object with a selector (istio pilot/pkg/model/proxy_config.go
 * {@code EffectiveProxyConfig} @1.30.3).
 */
public final class ProxyConfigs {

  /** Kinds that the configuration is read from. */
  public static final Set<Kind> READS =
      Stream.concat(MeshConfig.READS.stream(), Stream.of(Kind.PROXY_CONFIG))
          .collect(Collectors.toUnmodifiableSet());

  /** The field that makes the application wait for the proxy. */
  public static final String HOLD = "holdApplicationUntilProxyStarts";

  private final Mesh mesh;

  /** Makes a view of a mesh. */
  public ProxyConfigs(Mesh mesh) {
    this.mesh = mesh;
  }

  /**
   * Returns whether the mesh configuration makes applications wait, for Pods that say nothing
   * themselves. False where no configuration is seen, since that is the built-in default.
   *
   * @param revision the revision that injects; where empty, one mesh configuration that says so is
   *     enough
   */
  public boolean meshHolds(Optional<String> revision) {
    return defaultConfigs(revision).stream()
            .anyMatch(config -> ProxyConfigText.field(config, HOLD).isTrue())
        || valuesHold();
  }

  /** Returns whether Helm values make every application wait, which no annotation can undo. */
  public boolean valuesHold() {
    return new IstiodSettings(mesh)
        .proxyValues().stream().anyMatch(proxy -> proxy.at(HOLD).isTrue());
  }

  /**
   * Returns the value of an environment variable of the sidecar of a workload; empty where nothing
   * that is known sets it.
   *
   * @param revision the revision that injects, where known
   */
  public Optional<Setting> environment(
      Workload workload, Optional<String> revision, String variable) {
    List<Setting> settings = forNamespace(workload.namespace(), revision, variable);
    workload
        .template()
        .annotation(ProxyConfigText.ANNOTATION)
        .text()
        .map(text -> ProxyConfigText.of(text).field("proxyMetadata").at(variable))
        .flatMap(ProxyConfigs::value)
        .ifPresent(value -> settings.add(new Setting(value, Source.ANNOTATION)));
    fromObjects(workload.namespace(), Optional.of(workload), variable, settings);
    return strongest(settings);
  }

  /** Returns the value that sidecars in a namespace have unless they are told something else. */
  public Optional<Setting> environment(
      String namespace, Optional<String> revision, String variable) {
    return strongest(forNamespace(namespace, revision, variable));
  }

  private List<Setting> forNamespace(String namespace, Optional<String> revision, String variable) {
    List<Setting> settings = new ArrayList<>();
    for (Cursor config : defaultConfigs(revision)) {
      value(ProxyConfigText.field(config, "proxyMetadata").at(variable))
          .ifPresent(value -> settings.add(new Setting(value, Source.MESH)));
    }
    Set<String> roots = mesh.facts().rootNamespaces();
    roots.forEach(root -> fromObjects(root, Optional.empty(), variable, settings));
    if (!roots.contains(namespace)) {
      fromObjects(namespace, Optional.empty(), variable, settings);
    }
    return settings;
  }

  private static Optional<Setting> strongest(List<Setting> settings) {
    return settings.isEmpty() ? Optional.empty() : Optional.of(settings.get(settings.size() - 1));
  }

  /** Returns the {@code defaultConfig} of the mesh configuration that a revision reads. */
  public List<Cursor> defaultConfigs(Optional<String> revision) {
    List<MeshConfig> all = MeshConfig.all(mesh);
    List<MeshConfig> own =
        all.stream()
            .filter(config -> revision.filter(config.revision()::equals).isPresent())
            .toList();
    return (own.isEmpty() ? all : own).stream().map(c -> c.config().at("defaultConfig")).toList();
  }

  private void fromObjects(
      String namespace, Optional<Workload> selected, String variable, List<Setting> settings) {
    Map<String, String> own = selected.map(Workload::labels).orElse(Map.of());
    for (Resource object : mesh.list(Kind.PROXY_CONFIG, namespace).items()) {
      Cursor labels = object.at("spec", "selector", "matchLabels");
      boolean applies =
          selected.isEmpty()
              ? !labels.isNonEmpty()
              : labels.isNonEmpty()
                  && new LabelSelector(object.at("spec", "selector")).matches(own);
      if (applies) {
        value(object.at("spec", "environmentVariables", variable))
            .ifPresent(value -> settings.add(new Setting(value, Source.OBJECT)));
      }
    }
  }

  private static Optional<String> value(Cursor at) {
    return at.isPresent() && at.node().isValueNode()
        ? Optional.of(at.node().asText())
        : Optional.empty();
  }

  /** Where a setting comes from. */
  public enum Source {
    /** The mesh configuration. */
    MESH,
    /** A ProxyConfig object. */
    OBJECT,
    /** The Pod's annotation. */
    ANNOTATION
  }

  /**
   * A setting that is in force.
   *
   * @param value its value
   * @param source where it comes from
   */
  public record Setting(String value, Source source) {}
}
