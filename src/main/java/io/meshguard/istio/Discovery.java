package io.meshguard.istio;

import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The namespaces that the {@code discoverySelectors} of every control plane leave out, and what is
 * passed over in them: Services since 1.10, what else istiod reads since 1.22, and then there is no
 * root certificate either, without which no sidecar starts (istio pkg/kube/namespace/filter.go,
 * pilot/pkg/config/kube/crdclient/client.go and
 * pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go @eed52ebb66ad, 1.31 to be). The
 * root namespace is no exception. Where anything is not known, nothing is left out.
 *
 * @param leftOut names of the namespaces
 * @param configuration whether more than Services is passed over in them
 */
public record Discovery(Set<String> leftOut, boolean configuration) {

  /** Kinds from which it follows whether all mesh configurations are seen. */
  public static final Set<Kind> CONFIG_READS =
      Stream.of(IstiodSettings.READS, Revisions.READS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Kinds that it is read from. */
  public static final Set<Kind> READS =
      Stream.of(CONFIG_READS, Set.of(Kind.NAMESPACE))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** No namespace is left out. */
  private static final Discovery EVERYTHING = new Discovery(Set.of(), false);

  private static final VersionRange SERVICES = VersionRange.from("1.10");
  private static final VersionRange CONFIGURATION = VersionRange.from("1.22");

  /** Up to 1.24 it could be set to false. */
  private static final String SWITCH = "ENABLE_ENHANCED_RESOURCE_SCOPING";

  /** Names another ConfigMap, whose mesh configuration is joined with that of the revision. */
  public static final String SHARED = "SHARED_MESH_CONFIG";

  private static final Set<String> GROUPS =
      Set.of(
          "networking.istio.io",
          "security.istio.io",
          "telemetry.istio.io",
          "extensions.istio.io",
          "gateway.networking.k8s.io");

  private static final MemoizedQuery<Discovery> OF_ALL =
      new MemoizedQuery<>(READS, Discovery::read);

  /** Apart, for there may be many namespaces, and they change seldom. */
  private static final MemoizedQuery<Set<String>> UNSELECTED =
      new MemoizedQuery<>(
          Stream.concat(MeshConfig.READS.stream(), Stream.of(Kind.NAMESPACE))
              .collect(Collectors.toUnmodifiableSet()),
          Discovery::unselected);

  public Discovery {
    leftOut = Collections.unmodifiableSet(new HashSet<>(leftOut));
  }

  /** Returns what is left out of a mesh. */
  public static Discovery of(Mesh mesh) {
    return mesh.derive(OF_ALL);
  }

  /** Returns a mesh as istiod sees it: the same, or one without what istiod passes over. */
  public Mesh seenIn(Mesh mesh) {
    return leftOut.isEmpty() ? mesh : new DiscoveredMesh(mesh, this);
  }

  /**
   * Returns whether no proxy ever hears of an object: istiod passes it over, or it is about a
   * workload for which no sidecar starts. What stands in a root namespace besides configuration is
   * the control plane's own.
   */
  public boolean passesOver(Resource object, Mesh mesh) {
    if (!leftOut.contains(object.namespace())) {
      return false;
    }
    Kind kind = object.kind();
    boolean ofWorkloads = Workload.KINDS.contains(kind) || kind.equals(Kind.CONFIG_MAP);
    return hides(kind)
        || (configuration
            && ofWorkloads
            && !mesh.facts().rootNamespaces().contains(object.namespace()));
  }

  /** Returns whether istiod does not see objects of a kind that stand in a left-out namespace. */
  boolean hides(Kind kind) {
    return kind.equals(Kind.SERVICE) || (configuration && GROUPS.contains(kind.group()));
  }

  private static Discovery read(Mesh mesh) {
    Set<String> unselected = mesh.derive(UNSELECTED);
    if (unselected.isEmpty() || mayReadMore(mesh)) {
      return EVERYTHING;
    }
    boolean configuration =
        mesh.facts().istio().in(CONFIGURATION) == Applicability.EVERYWHERE
            && !new IstiodSettings(mesh).isOff(SWITCH);
    return new Discovery(unselected, configuration);
  }

  /** Returns the namespaces that no mesh configuration that is seen selects. */
  private static Set<String> unselected(Mesh mesh) {
    List<List<LabelSelector>> configs =
        MeshConfig.all(mesh).stream().map(config -> selectors(config.config())).toList();
    if (configs.isEmpty() || configs.stream().anyMatch(List::isEmpty)) {
      return Set.of();
    }
    List<LabelSelector> selectors = configs.stream().flatMap(List::stream).toList();
    Set<String> names = new HashSet<>();
    for (Resource namespace : mesh.list(Kind.NAMESPACE).items()) {
      Map<String, String> labels = Namespaces.labels(namespace);
      if (selectors.stream().noneMatch(selector -> selector.matches(labels))) {
        names.add(namespace.name());
      }
    }
    return names;
  }

  private static boolean mayReadMore(Mesh mesh) {
    return mesh.facts().istio().in(SERVICES) != Applicability.EVERYWHERE || !allConfigsSeen(mesh);
  }

  /**
   * Returns whether no istiod goes by more than the mesh configurations that are seen, of which
   * there is one at least, and all of them can be read.
   */
  public static boolean allConfigsSeen(Mesh mesh) {
    IstiodSettings settings = new IstiodSettings(mesh);
    List<MeshConfig> configs = MeshConfig.all(mesh);
    Set<String> told = configs.stream().map(MeshConfig::revision).collect(Collectors.toSet());
    // an istiod of another cluster reads this one as well, and has a configuration of its own
    return !mesh.facts().multiCluster()
        && !configs.isEmpty()
        && configs.stream().allMatch(config -> config.config().isObject())
        && settings.environment(SHARED).isEmpty()
        && told.containsAll(settings.revisions())
        && told.containsAll(injecting(mesh));
  }

  private static Set<String> injecting(Mesh mesh) {
    return Revisions.of(mesh).injectors().stream()
        .map(Revisions.Injector::revision)
        .collect(Collectors.toSet());
  }

  /**
   * Returns the selectors of a mesh configuration, of which one is enough; empty where all
   * namespaces are selected, and where they cannot be read: istiod keeps those from before then.
   */
  private static List<LabelSelector> selectors(Cursor config) {
    List<LabelSelector> selectors = new ArrayList<>();
    // JSON of a protocol buffer may name fields in either way
    for (String name : List.of("discoverySelectors", "discovery_selectors")) {
      config.at(name).each().forEach(selector -> selectors.add(new LabelSelector(selector)));
    }
    return selectors.stream().allMatch(LabelSelector::isValid) ? selectors : List.of();
  }
}
