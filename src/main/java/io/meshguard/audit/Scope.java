package io.meshguard.audit;

import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Rule;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which stored objects are judged: those that the webhook would be asked about.
 *
 * @param kinds kinds of objects
 * @param excluded namespaces of which no object is judged
 * @param excludedForWorkloads namespaces of which no workload is judged
 */
public record Scope(Set<Kind> kinds, Set<String> excluded, Set<String> excludedForWorkloads) {

  /** Namespaces of Kubernetes itself, of which the webhook is asked nothing. */
  public static final Set<String> KUBE_NAMESPACES =
      Set.of("kube-node-lease", "kube-public", "kube-system");

  /** Kinds that are or make Pods. */
  public static final Set<Kind> WORKLOADS =
      Stream.concat(
              PodTemplate.WORKLOADS.stream(), Stream.of(Kind.POD, Kind.REPLICATION_CONTROLLER))
          .collect(Collectors.toUnmodifiableSet());

  private static final Set<Kind> MADE_BY_OTHERS = Set.of(Kind.POD, Kind.REPLICA_SET, Kind.JOB);

  public Scope {
    kinds = Set.copyOf(kinds);
    excluded = Set.copyOf(excluded);
    excludedForWorkloads = Set.copyOf(excludedForWorkloads);
  }

  /**
   * Returns the scope of the webhook.
   *
   * @param rules the rules that judge
   * @param meshNamespaces the mesh's root namespaces
   * @param own namespace of Meshguard itself
   */
  public static Scope ofWebhook(
      Collection<Rule> rules, Collection<String> meshNamespaces, String own) {
    Set<String> excluded = new HashSet<>(KUBE_NAMESPACES);
    excluded.add(own);
    return new Scope(subjects(rules), excluded, Set.copyOf(meshNamespaces));
  }

  /** Returns the scope of somebody who names a namespace: nothing in it is left out. */
  public static Scope ofNamespace(Collection<Rule> rules) {
    return new Scope(subjects(rules), Set.of(), Set.of());
  }

  /**
   * Returns whether an object is judged. What a Deployment and its like made is not, for that other
   * one is; but it must be seen in the mesh, for the object can name any owner.
   */
  public boolean covers(Resource object, Mesh mesh) {
    if (!kinds.contains(object.kind()) || excluded.contains(object.namespace())) {
      return false;
    }
    boolean workload = WORKLOADS.contains(object.kind());
    if (workload && excludedForWorkloads.contains(object.namespace())) {
      return false;
    }
    return !MADE_BY_OTHERS.contains(object.kind())
        || object.controller().filter(owner -> isSeen(owner, object, mesh)).isEmpty();
  }

  /** While its kind is not wholly known, nothing is concluded from an owner that is not seen. */
  private static boolean isSeen(Cursor owner, Resource object, Mesh mesh) {
    Kind kind = Kind.of(owner.at("apiVersion").text(""), owner.at("kind").text(""));
    if (!PodTemplate.WORKLOADS.contains(kind)) {
      return false;
    }
    Lookup maker = mesh.find(kind, object.namespace(), owner.at("name").text(""));
    Optional<String> uid = maker.found().flatMap(found -> found.at("metadata", "uid").text());
    return maker.found().isPresent()
        ? uid.equals(owner.at("uid").text())
        : !maker.isAbsent() || object.beingDeleted();
  }

  private static Set<Kind> subjects(Collection<Rule> rules) {
    return rules.stream()
        .filter(rule -> !rule.info().linterOnly())
        .flatMap(rule -> rule.info().subjects().stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
