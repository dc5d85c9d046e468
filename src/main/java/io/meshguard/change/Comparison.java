package io.meshguard.change;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.Discovery;
import io.meshguard.match.Budget;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Question;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.Proxy;
import io.meshguard.route.ServiceCatalog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares what becomes of all requests in two meshes. Proxies that are alike are compared once,
 * and only what a changed object can concern is compared at all.
 */
public final class Comparison {

  /** Kinds that decide over the way of requests. */
  private static final Set<Kind> READS =
      Stream.concat(
              Stream.of(
                  Kind.VIRTUAL_SERVICE,
                  Kind.DESTINATION_RULE,
                  Kind.GATEWAY,
                  Kind.SERVICE,
                  Kind.SERVICE_ENTRY,
                  Kind.SIDECAR,
                  Kind.WORKLOAD_ENTRY,
                  Kind.ENVOY_FILTER,
                  Kind.NAMESPACE),
              Workload.KINDS.stream())
          .collect(Collectors.toUnmodifiableSet());

  private final Mesh before;
  private final Mesh after;
  private final ChangedObjects changed;
  private final Supplier<Budget> budgets;
  private final int most;
  private final IntConsumer progress;
  private final Set<ChangeReport.Open> open = new LinkedHashSet<>();

  private Comparison(
      Mesh before,
      Mesh after,
      ChangedObjects changed,
      Supplier<Budget> budgets,
      int most,
      IntConsumer progress) {
    this.before = before;
    this.after = after;
    this.changed = changed;
    this.budgets = budgets;
    this.most = most;
    this.progress = progress;
  }

  /**
   * Compares two meshes.
   *
   * @param before the mesh as it was
   * @param was its objects
   * @param after the mesh as it is
   * @param is its objects
   * @param budgets the work that one table may cost
   * @param progress is told before each group of proxies how many there are
   */
  public static ChangeReport of(
      Mesh before,
      Collection<Resource> was,
      Mesh after,
      Collection<Resource> is,
      Supplier<Budget> budgets,
      IntConsumer progress) {
    return new Comparison(
            Discovery.of(before).seenIn(before),
            Discovery.of(after).seenIn(after),
            ChangedObjects.between(was, is),
            budgets,
            Integer.MAX_VALUE,
            progress)
        .run();
  }

  /**
   * Compares a mesh with one in which one object is another, at a few proxies: gateways, and
   * sidecars of the namespace of the object before others.
   *
   * @param mesh the mesh as it was
   * @param before the object as it was
   * @param after the object as it is
   * @param budget the work that all tables may cost together
   * @param most groups of proxies that are compared
   */
  public static ChangeReport of(
      Mesh mesh, Resource before, Resource after, Budget budget, int most) {
    return new Comparison(
            replaced(mesh, before),
            replaced(mesh, after),
            ChangedObjects.between(List.of(before), List.of(after)),
            () -> budget,
            most,
            groups -> {})
        .run();
  }

  private static Mesh replaced(Mesh mesh, Resource object) {
    List<Resource> objects = new ArrayList<>();
    for (Kind kind : READS) {
      objects.addAll(mesh.list(kind).items());
    }
    for (String namespace : mesh.facts().rootNamespaces()) {
      objects.addAll(mesh.list(Kind.CONFIG_MAP, namespace).items());
    }
    objects.add(object);
    Mesh with = new ObjectMesh(objects, kind -> mesh.list(kind).complete(), mesh.facts());
    return Discovery.of(with).seenIn(with);
  }

  /** A group of proxies that have the same tables. */
  private record Group(List<String> titles, Proxy before, Proxy after) {}

  private ChangeReport run() {
    Touched touched = Touched.of(changed, before, after);
    touched
        .notCompared()
        .forEach(
            object ->
                open.add(
                    new ChangeReport.Open(
                        ChangeReport.Reason.KIND,
                        object.kind().name() + " " + object.ref().path())));
    Proxies old = Proxies.of(before);
    Proxies now = Proxies.of(after);
    Set<String> vanished = new TreeSet<>(old.real());
    vanished.removeAll(now.byTitle().keySet());
    Set<String> appeared = new TreeSet<>(now.real());
    appeared.removeAll(old.byTitle().keySet());
    Collected collected = new Collected(changed);
    int compared = 0;
    if (!touched.nothing()) {
      Map<Question, Boolean> given = given();
      ServiceCatalog oldCatalog = new ServiceCatalog(before);
      ServiceCatalog newCatalog = new ServiceCatalog(after);
      List<Group> groups = groups(old, now, touched);
      for (Group group : groups) {
        Deadline.check();
        progress.accept(groups.size());
        ProxyComparison one =
            new ProxyComparison(
                new ProxyComparison.Sides(
                    group.before, before, oldCatalog, group.after, after, newCatalog),
                group.titles,
                touched,
                given,
                budgets,
                collected);
        compared += one.compare();
        open.addAll(one.open());
      }
    }
    return new ChangeReport(
        collected.changes(),
        List.copyOf(vanished),
        List.copyOf(appeared),
        List.copyOf(open),
        changed.all().size(),
        compared);
  }

  private List<Group> groups(Proxies old, Proxies now, Touched touched) {
    Set<String> keys = new TreeSet<>(old.keys());
    keys.addAll(now.keys());
    Map<String, Group> groups = new LinkedHashMap<>();
    old.byTitle()
        .forEach(
            (title, proxy) -> {
              Proxy other = now.byTitle().get(title);
              if (other != null && (touched.concerns(proxy) || touched.concerns(other))) {
                String key = key(proxy, keys) + " | " + key(other, keys);
                groups
                    .computeIfAbsent(key, k -> new Group(new ArrayList<>(), proxy, other))
                    .titles
                    .add(proxy.namespace() + "/" + proxy.name());
              }
            });
    if (groups.size() <= most) {
      return List.copyOf(groups.values());
    }
    open.add(
        new ChangeReport.Open(ChangeReport.Reason.WORK, Integer.toString(groups.size() - most)));
    Set<String> own =
        changed.all().stream().map(pair -> pair.latest().namespace()).collect(Collectors.toSet());
    return groups.values().stream()
        .sorted(
            Comparator.comparing((Group group) -> group.before.type() != Proxy.Type.GATEWAY)
                .thenComparing(group -> !own.contains(group.before.namespace())))
        .limit(most)
        .toList();
  }

  /** A gateway is not like another: ports of the Service in front, and names of container ports. */
  private static String key(Proxy proxy, Set<String> keys) {
    if (proxy.type() == Proxy.Type.GATEWAY) {
      return proxy.title();
    }
    Map<String, String> labels = new TreeMap<>(proxy.labels());
    labels.keySet().retainAll(keys);
    return proxy.namespace() + " " + labels;
  }

  /** What one side has and the other has not is gone, and not elsewhere. */
  private Map<Question, Boolean> given() {
    Map<Question, Boolean> given = new HashMap<>();
    for (ChangedObjects.Pair pair : changed.all()) {
      pair.forms().forEach(object -> gone(object, given));
    }
    return given;
  }

  private void gone(Resource object, Map<Question, Boolean> given) {
    for (Mesh side : List.of(before, after)) {
      for (String host : Hosts.registered(object, side)) {
        given.put(new Question(Subject.HOST_ELSEWHERE, List.of(host)), false);
      }
      if (object.kind().equals(Kind.DESTINATION_RULE)) {
        String host = Hosts.full(object.at("spec", "host").text(""), object, side);
        object
            .at("spec", "subsets")
            .each()
            .forEach(
                subset ->
                    given.put(
                        new Question(
                            Subject.SUBSET_ELSEWHERE, List.of(subset.at("name").text(""), host)),
                        false));
      }
    }
  }
}
