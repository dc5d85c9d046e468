package io.meshguard.istio;

import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Settings of the control plane that are not mesh configuration: environment variables of istiod,
 * and the Helm values that the injection template reads. A hosted control plane shows neither.
 */
public final class IstiodSettings {

  /** Kinds that the settings are read from. */
  public static final Set<Kind> READS =
      Set.of(Kind.DEPLOYMENT, Kind.CONFIG_MAP, Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO);

  /**
   * Apart from what Deployments tell, for those change often, and reading the values takes long.
   */
  private static final MemoizedQuery<List<Cursor>> VALUES =
      new MemoizedQuery<>(
          Set.of(Kind.CONFIG_MAP, Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO),
          mesh -> new IstiodSettings(mesh).readValues());

  private static final MemoizedQuery<Map<String, List<String>>> ENVIRONMENT =
      new MemoizedQuery<>(
          Set.of(Kind.DEPLOYMENT, Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO),
          mesh -> new IstiodSettings(mesh).readEnvironment());

  /** What Go reads as true (strconv {@code ParseBool}). */
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

  private static final String ISTIOD = "istiod";
  private static final String INJECTOR = "istio-sidecar-injector";

  private final Mesh mesh;

  /** Makes a view of a mesh. */
  public IstiodSettings(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Returns the values of an environment variable of istiod, one for each place that sets it. */
  public List<String> environment(String name) {
    return mesh.derive(ENVIRONMENT).getOrDefault(name, List.of());
  }

  private Map<String, List<String>> readEnvironment() {
    Map<String, List<String>> values = new HashMap<>();
    for (String root : mesh.facts().rootNamespaces()) {
      mesh.list(Kind.DEPLOYMENT, root).items().stream()
          .filter(IstiodSettings::isIstiod)
          .flatMap(d -> d.at("spec", "template", "spec", "containers").each().stream())
          .forEach(container -> addVariables(container.at("env"), values));
    }
    for (Resource operator : operators()) {
      for (Cursor.Field field : operator.at("spec", "values", "pilot", "env").fields()) {
        Cursor value = field.value();
        if (value.isPresent() && value.node().isValueNode()) {
          add(field.name(), value.node().asText(), values);
        }
      }
      addVariables(operator.at("spec", "components", "pilot", "k8s", "env"), values);
    }
    return values;
  }

  private static void addVariables(Cursor list, Map<String, List<String>> values) {
    for (Cursor variable : list.each()) {
      variable
          .at("value")
          .text()
          .ifPresent(value -> add(variable.at("name").text(""), value, values));
    }
  }

  private static void add(String name, String value, Map<String, List<String>> values) {
    values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  /** Returns whether some place sets an environment variable of istiod to a true value. */
  public boolean isOn(String name) {
    return environment(name).stream().anyMatch(TRUE::contains);
  }

  /** Returns whether some place sets an environment variable of istiod to what is not true. */
  public boolean isOff(String name) {
    return !TRUE.containsAll(environment(name));
  }

  /** Returns the revisions of which an istiod or its operator's object is seen. */
  public Set<String> revisions() {
    Set<String> revisions = new HashSet<>();
    for (String root : mesh.facts().rootNamespaces()) {
      mesh.list(Kind.DEPLOYMENT, root).items().stream()
          .filter(IstiodSettings::isIstiod)
          .forEach(istiod -> revisions.add(istiod.label(Revisions.REVISION).orElse("")));
    }
    operators().forEach(operator -> revisions.add(operator.at("spec", "revision").text("")));
    return revisions.stream()
        .map(revision -> revision.isEmpty() ? "default" : revision)
        .collect(Collectors.toSet());
  }

  /** Returns the Helm values of a proxy, {@code global.proxy}, of each control plane seen. */
  public List<Cursor> proxyValues() {
    return mesh.derive(VALUES).stream()
        .map(values -> values.at("global", "proxy"))
        .filter(Cursor::isObject)
        .toList();
  }

  /**
   * Returns whether every control plane seen leaves redirection to Istio CNI: its injection
   * template then has no istio-init (istio manifests/charts/istio-control/istio-discovery/
   * files/injection-template.yaml @1.30.3).
   */
  public boolean usesCni() {
    List<Cursor> all = mesh.derive(VALUES);
    return !all.isEmpty()
        && all.stream()
            .allMatch(
                values ->
                    values.at("pilot", "cni", "enabled").isTrue()
                        || values.at("istio_cni", "enabled").isTrue());
  }

  private List<Cursor> readValues() {
    List<Cursor> values = new ArrayList<>();
    for (String root : mesh.facts().rootNamespaces()) {
      for (Resource map : mesh.list(Kind.CONFIG_MAP, root).items()) {
        if (map.name().startsWith(INJECTOR)) {
          read(map.at("data", "values").text("")).ifPresent(values::add);
        }
      }
    }
    operators().forEach(operator -> values.add(operator.at("spec", "values")));
    return List.copyOf(values);
  }

  /**
   * Returns whether a ConfigMap of a root namespace is one of those that are looked for there: with
   * mesh configuration or Helm values, judged by its name.
   */
  public static boolean isRead(Resource configMap) {
    return MeshConfig.isCarrier(configMap.name()) || configMap.name().startsWith(INJECTOR);
  }

  /**
   * Returns whether a Deployment is a control plane: Istio's charts and operators label it, and
   * where there is no such label its name tells (istio
   * manifests/charts/istio-control/istio-discovery/templates/deployment.yaml @1.30.3).
   */
  public static boolean isIstiod(Resource deployment) {
    return deployment
        .label("app")
        .map(ISTIOD::equals)
        .orElseGet(
            () -> deployment.name().equals(ISTIOD) || deployment.name().startsWith(ISTIOD + "-"));
  }

  private List<Resource> operators() {
    List<Resource> operators = new ArrayList<>(mesh.list(Kind.ISTIO_OPERATOR).items());
    operators.addAll(mesh.list(Kind.SAIL_ISTIO).items());
    return operators;
  }

  private static Optional<Cursor> read(String values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Cursor.root(YamlReader.readOne(values, YamlReader.Limits.EMBEDDED).tree()));
    } catch (YamlException e) {
      return Optional.empty();
    }
  }
}
