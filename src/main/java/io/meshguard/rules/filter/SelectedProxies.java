package io.meshguard.rules.filter;

import io.meshguard.istio.Injection;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The workloads that the {@code workloadSelector} of an EnvoyFilter selects.
 *
 * @param reached those that it reaches, in order
 * @param elsewhere some of those in namespaces that it does not reach
 * @param near workloads of its namespace that it would select but for a few letters
 * @param known whether there are no others
 */
record SelectedProxies(
    List<Workload> reached, List<Workload> elsewhere, List<Workload> near, boolean known) {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.of(Workload.KINDS, Injection.READS, Set.of(Kind.GATEWAY_API_GATEWAY))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Labels by which people select proxies; others would only make the indexes large. */
  private static final List<String> KEYS =
      List.of("istio", "app", "app.kubernetes.io/name", "name", "k8s-app");

  private static final List<Index> INDEXES =
      Workload.KINDS.stream()
          .map(kind -> new Index("labelled-" + kind.plural(), kind, SelectedProxies::labelled))
          .toList();

  /** What a workload's proxy is. */
  enum Role {
    GATEWAY,
    SIDECAR,
    UNKNOWN
  }

  /** Looks for what an EnvoyFilter selects; empty where its selector selects by other labels. */
  static Optional<SelectedProxies> of(Resource envoyFilter, Mesh mesh) {
    Map<String, String> wanted =
        LabelSelector.labels(envoyFilter.at("spec", "workloadSelector", "labels"));
    Optional<String> key = KEYS.stream().filter(wanted::containsKey).findFirst();
    if (key.isEmpty() || mesh.facts().mayBeElsewhere(Kind.POD)) {
      return Optional.empty();
    }
    boolean root = mesh.facts().rootNamespaces().contains(envoyFilter.namespace());
    List<Workload> reached = new ArrayList<>();
    List<Workload> elsewhere = new ArrayList<>();
    boolean known = true;
    boolean made = false;
    for (Index index : INDEXES) {
      Listing listing = mesh.list(index, key.get() + "=" + wanted.get(key.get()));
      known &= listing.complete();
      for (Resource object : listing.items()) {
        if (!labels(object).entrySet().containsAll(wanted.entrySet())) {
          continue;
        }
        boolean here = root || object.namespace().equals(envoyFilter.namespace());
        // What another object made shows that there is something, and no more.
        made |= here && Workload.of(object).isEmpty();
        Workload.of(object).ifPresent(here ? reached::add : elsewhere::add);
      }
    }
    List<Workload> near = new ArrayList<>();
    if (!root && reached.isEmpty()) {
      known &= !made;
      known &= collectNear(envoyFilter.namespace(), wanted, mesh, near);
    }
    return Optional.of(new SelectedProxies(reached, elsewhere, near, known));
  }

  /** Returns whether all workloads of the namespace are known, and no gateway is made in it. */
  private static boolean collectNear(
      String namespace, Map<String, String> wanted, Mesh mesh, List<Workload> near) {
    Listing made = mesh.list(Kind.GATEWAY_API_GATEWAY, namespace);
    boolean known = made.complete() && made.items().isEmpty();
    for (Kind kind : Workload.KINDS) {
      Listing listing = mesh.list(kind, namespace);
      known &= listing.complete();
      for (Resource object : listing.items()) {
        Workload.of(object).filter(one -> isNear(one.labels(), wanted)).ifPresent(near::add);
      }
    }
    return known;
  }

  private static boolean isNear(Map<String, String> labels, Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .allMatch(
            each -> {
              String value = labels.get(each.getKey());
              return value != null && plain(value).equals(plain(each.getValue()));
            });
  }

  private static String plain(String value) {
    return value.replace("-", "").replace("_", "").replace(".", "").toLowerCase(Locale.ROOT);
  }

  private static Set<String> labelled(Resource object) {
    Map<String, String> labels = labels(object);
    Set<String> keys = new HashSet<>();
    for (String key : KEYS) {
      if (labels.containsKey(key)) {
        keys.add(key + "=" + labels.get(key));
      }
    }
    return keys;
  }

  private static Map<String, String> labels(Resource object) {
    return PodTemplate.of(object)
        .map(template -> LabelSelector.labels(template.metadata().at("labels")))
        .orElse(Map.of());
  }

  /** Returns what the proxies of all reached workloads are; unknown where they differ. */
  Role role(Mesh mesh) {
    Set<Role> roles = new HashSet<>();
    Injection injection = new Injection(mesh);
    reached.forEach(workload -> roles.add(role(workload, injection)));
    return roles.size() == 1 ? roles.iterator().next() : Role.UNKNOWN;
  }

  private static Role role(Workload workload, Injection injection) {
    boolean router =
        workload.template().allContainers().stream()
            .filter(container -> container.at("name").is("istio-proxy"))
            .flatMap(container -> container.at("args").each().stream())
            .anyMatch(argument -> argument.is("router"));
    Cursor templates = workload.template().annotation("inject.istio.io/templates");
    if (router || templates.is("gateway")) {
      return Role.GATEWAY;
    }
    boolean custom = templates.isPresent() || workload.hasSidecar();
    return !custom && injection.decide(workload).expected() ? Role.SIDECAR : Role.UNKNOWN;
  }
}
