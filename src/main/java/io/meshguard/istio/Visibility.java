package io.meshguard.istio;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces that an object is exported to: its {@code exportTo}, else what the mesh
 * configuration says for its kind, else all (istio pilot/pkg/model/push_context.go @1.30.3).
 *
 * @param home the object's own namespace
 * @param readings the namespaces as each control plane reads them, {@code *} for all; more than one
 *     where their configurations differ
 */
public record Visibility(String home, Set<Set<String>> readings) {

  /** Kinds that are looked up for the default. */
  public static final Set<Kind> READS = MeshConfig.READS;

  private static final String ALL = "*";
  private static final Map<Kind, String> DEFAULTS =
      Map.of(
          Kind.VIRTUAL_SERVICE, "defaultVirtualServiceExportTo",
          Kind.DESTINATION_RULE, "defaultDestinationRuleExportTo",
          Kind.SERVICE_ENTRY, "defaultServiceExportTo",
          Kind.SERVICE, "defaultServiceExportTo");

  public Visibility {
    readings = Collections.unmodifiableSet(readings);
  }

  /** Returns where an object can be seen. */
  public static Visibility of(Resource object, Mesh mesh) {
    return new Reader(mesh).of(object);
  }

  private static Visibility of(Resource object, Supplier<List<MeshConfig>> configs) {
    String home = object.namespace();
    List<String> own = exportTo(object);
    if (!own.isEmpty()) {
      return new Visibility(home, Set.of(namespaces(own, home)));
    }
    Set<Set<String>> readings = new HashSet<>();
    String field = DEFAULTS.getOrDefault(object.kind(), "");
    for (MeshConfig config : configs.get()) {
      List<String> configured = strings(config.config().at(field));
      readings.add(configured.isEmpty() ? Set.of(ALL) : namespaces(configured, home));
    }
    return new Visibility(home, readings.isEmpty() ? Set.of(Set.of(ALL)) : readings);
  }

  /** Returns whether the object can surely be seen from no namespace. */
  public boolean reachesNone() {
    return readings.stream().allMatch(Set::isEmpty);
  }

  /** Returns whether the object can be seen from every namespace. */
  public boolean reachesAll() {
    return readings.stream().allMatch(to -> to.contains(ALL));
  }

  /** Returns whether the object can be seen from a namespace. */
  public Ternary reaches(String namespace) {
    long seen = readings.stream().filter(to -> to.contains(ALL) || to.contains(namespace)).count();
    return answer(seen, readings.size());
  }

  /** In which order objects come for a proxy of a namespace; those of one group by age. */
  public enum Group {
    /** What is kept in the namespace itself. */
    OWN,
    /** What is exported to the namespace by name. */
    NAMED,
    /** What all namespaces see. */
    PUBLIC,
    /** What the namespace does not see. */
    UNSEEN
  }

  /** Returns in which group the object comes for a namespace; empty where that is not known. */
  public Optional<Group> group(String namespace) {
    Set<Group> groups = EnumSet.noneOf(Group.class);
    readings.forEach(to -> groups.add(group(to, namespace)));
    return groups.size() == 1 ? groups.stream().findFirst() : Optional.empty();
  }

  private Group group(Set<String> to, String namespace) {
    if (to.contains(ALL)) {
      return Group.PUBLIC;
    }
    if (!to.contains(namespace)) {
      return Group.UNSEEN;
    }
    return namespace.equals(home) ? Group.OWN : Group.NAMED;
  }

  /**
   * Returns whether there is a namespace in which neither object comes before the other: what is
   * kept in a namespace comes before what is exported to it, and that before what all can see.
   */
  public Ternary competes(Visibility other) {
    long competing =
        readings.stream()
            .flatMap(mine -> other.readings.stream().map(theirs -> competes(mine, other, theirs)))
            .filter(competes -> competes)
            .count();
    return answer(competing, (long) readings.size() * other.readings.size());
  }

  private boolean competes(Set<String> mine, Visibility other, Set<String> theirs) {
    if (mine.contains(ALL) || theirs.contains(ALL)) {
      return mine.contains(ALL) && theirs.contains(ALL);
    }
    boolean fewer = mine.size() <= theirs.size();
    return (fewer ? mine : theirs)
        .stream()
            .filter((fewer ? theirs : mine)::contains)
            .anyMatch(namespace -> namespace.equals(home) == namespace.equals(other.home));
  }

  private static Ternary answer(long yes, long all) {
    if (yes == all) {
      return Ternary.TRUE;
    }
    return yes == 0 ? Ternary.FALSE : Ternary.UNKNOWN;
  }

  private static List<String> exportTo(Resource object) {
    if (!object.kind().equals(Kind.SERVICE)) {
      return strings(object.at("spec", "exportTo"));
    }
    List<String> names = new ArrayList<>();
    for (String name : object.annotation("networking.istio.io/exportTo").orElse("").split(",")) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return names;
  }

  private static List<String> strings(Cursor list) {
    return list.each().stream().map(Cursor::text).flatMap(Optional::stream).toList();
  }

  private static Set<String> namespaces(List<String> exportTo, String home) {
    Set<String> namespaces = new HashSet<>();
    for (String name : exportTo) {
      switch (name) {
        case "~" -> {
          return Set.of();
        }
        case "." -> namespaces.add(home);
        default -> namespaces.add(name);
      }
    }
    // A copy by Set.copyOf would be slow where somebody chose names with equal hashes.
    return Collections.unmodifiableSet(namespaces);
  }

  /**
   * Tells where objects can be seen, of many objects: the mesh configuration is read once, and only
   * if an object leaves it to that. For use within one check.
   */
  public static final class Reader {

    private final Mesh mesh;
    private @Nullable List<MeshConfig> configs;

    /** Makes a reader for a mesh. */
    public Reader(Mesh mesh) {
      this.mesh = mesh;
    }

    /** Returns where an object can be seen. */
    public Visibility of(Resource object) {
      return Visibility.of(object, this::configs);
    }

    private List<MeshConfig> configs() {
      if (configs == null) {
        configs = MeshConfig.all(mesh);
      }
      return configs;
    }
  }
}
