package io.meshguard.istio;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The mesh configuration of one control plane, from whichever object carries it: the ConfigMap
 * {@code istio} or {@code istio-<revision>}, an IstioOperator, or a Sail {@code Istio}.
 *
 * @param revision revision that reads it, {@code default} for the one without a name
 * @param config the MeshConfig message as JSON
 * @param whole whether nothing else belongs to it; an installer joins what it is given with a
 *     profile, and with further files
 */
public record MeshConfig(String revision, Cursor config, boolean whole) {

  /** Kinds that mesh configuration is read from. */
  public static final Set<Kind> READS =
      Set.of(Kind.CONFIG_MAP, Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO);

  private static final String DEFAULT = "default";
  private static final MemoizedQuery<List<MeshConfig>> ALL =
      new MemoizedQuery<>(READS, MeshConfig::read);

  /** Returns every mesh configuration that is known; empty where none is. */
  public static List<MeshConfig> all(Mesh mesh) {
    return mesh.derive(ALL);
  }

  private static List<MeshConfig> read(Mesh mesh) {
    List<MeshConfig> configs = new ArrayList<>();
    for (String root : mesh.facts().rootNamespaces()) {
      for (Resource map : mesh.list(Kind.CONFIG_MAP, root).items()) {
        fromConfigMap(map, configs);
      }
    }
    for (Kind kind : List.of(Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO)) {
      for (Resource operator : mesh.list(kind).items()) {
        fromOperator(operator, configs);
      }
    }
    return List.copyOf(configs);
  }

  /** Returns whether a ConfigMap is one that carries mesh configuration, judged by its name. */
  public static boolean isCarrier(Resource configMap, Mesh mesh) {
    return mesh.facts().rootNamespaces().contains(configMap.namespace())
        && isCarrier(configMap.name());
  }

  static boolean isCarrier(String name) {
    return !revisionOf(name).isEmpty();
  }

  /** Returns the mesh configuration in a ConfigMap; empty where it holds none that can be read. */
  public static List<MeshConfig> of(Resource configMap) {
    List<MeshConfig> configs = new ArrayList<>();
    fromConfigMap(configMap, configs);
    return configs;
  }

  private static void fromConfigMap(Resource map, List<MeshConfig> configs) {
    String revision = revisionOf(map.name());
    String text = map.at("data", "mesh").text("");
    if (revision.isEmpty() || text.isEmpty()) {
      return;
    }
    try {
      configs.add(
          new MeshConfig(
              revision,
              Cursor.root(YamlReader.readOne(text, YamlReader.Limits.EMBEDDED).tree()),
              true));
    } catch (YamlException e) {
      // istiod keeps its last good configuration then, which is not to be seen here.
      configs.add(new MeshConfig(revision, Cursor.root(MissingNode.getInstance()), true));
    }
  }

  /**
   * An IstioOperator takes it in its own field and among its Helm values, a Sail Istio in these.
   */
  private static void fromOperator(Resource operator, List<MeshConfig> configs) {
    String name = operator.at("spec", "revision").text("");
    String revision = name.isEmpty() ? DEFAULT : name;
    boolean sail = operator.kind().equals(Kind.SAIL_ISTIO);
    Cursor own = operator.at("spec", "meshConfig");
    Cursor value = operator.at("spec", "values", "meshConfig");
    for (Cursor config : sail ? List.of(value) : List.of(own, value)) {
      if (config.isObject()) {
        configs.add(new MeshConfig(revision, Cursor.root(config.node()), false));
      }
    }
  }

  private static String revisionOf(String name) {
    if (name.equals("istio")) {
      return DEFAULT;
    }
    boolean ours = name.startsWith("istio-") && !name.startsWith("istio-sidecar-injector");
    boolean other = name.equals("istio-ca-root-cert") || name.startsWith("istio-ca-");
    return ours && !other ? name.substring("istio-".length()) : "";
  }
}
