package io.meshguard.trace;

import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.route.Assumptions;
import io.meshguard.route.Assumptions.Question;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.MeshService;
import io.meshguard.route.Proxy;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.ServiceCatalog;
import io.meshguard.trace.TraceResult.Branch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says what becomes of calls. Where the mesh does not tell, it answers for each way in which it may
 * be. Not for use by several threads at once.
 */
public final class Tracer {

  /** Combinations of what is not known that are tried for one call. */
  private static final int MOST_BRANCHES = 24;

  private final Map<Version, Model> models = new LinkedHashMap<>();
  private final Map<String, ProxyTables> reusable = new HashMap<>();
  private final Map<String, Model> assumed = new HashMap<>();

  /** A way, and what was asked on it. */
  private record Walked(Way way, Map<Question, Boolean> asked) {}

  /** A mesh as one version of Istio reads it. */
  private record Model(Mesh mesh, ServiceCatalog catalog) {}

  /** Makes a tracer of a mesh; where it has several versions of Istio, each is asked. */
  public Tracer(Mesh mesh) {
    Versions istio = mesh.facts().istio();
    for (Version version : istio.known()) {
      Mesh one = istio.known().size() == 1 ? mesh : new MeshAtVersion(mesh, version);
      models.put(version, new Model(one, new ServiceCatalog(one)));
    }
    if (models.isEmpty()) {
      models.put(Version.of("1.30"), new Model(mesh, new ServiceCatalog(mesh)));
    }
  }

  /** Returns what becomes of a call at a proxy. */
  public TraceResult trace(Proxy proxy, Call call) {
    Set<Question> doubts = new LinkedHashSet<>();
    Map<Version, List<Branch>> byVersion = new LinkedHashMap<>();
    boolean cutShort = false;
    for (Map.Entry<Version, Model> one : models.entrySet()) {
      List<Branch> branches = new ArrayList<>();
      cutShort |= trace(proxy, call, one.getValue(), branches, doubts);
      byVersion.put(one.getKey(), branches);
    }
    return new TraceResult(proxy, call, joined(byVersion), doubts, cutShort);
  }

  private static List<Branch> joined(Map<Version, List<Branch>> byVersion) {
    List<List<Branch>> groups = new ArrayList<>();
    List<Set<Version>> versions = new ArrayList<>();
    byVersion.forEach(
        (version, branches) -> {
          for (int i = 0; i < groups.size(); i++) {
            if (isSame(groups.get(i), branches)) {
              versions.get(i).add(version);
              return;
            }
          }
          groups.add(branches);
          versions.add(new TreeSet<>(Set.of(version)));
        });
    List<Branch> all = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Set<Version> of = groups.size() == 1 ? Set.of() : versions.get(i);
      groups
          .get(i)
          .forEach(one -> all.add(new Branch(of, one.assumed(), one.steps(), one.shares())));
    }
    return all;
  }

  private static boolean isSame(List<Branch> some, List<Branch> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!some.get(i).shares().equals(others.get(i).shares())
          || !some.get(i).assumed().equals(others.get(i).assumed())) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether not all combinations were tried. */
  private boolean trace(
      Proxy proxy, Call call, Model model, List<Branch> branches, Set<Question> doubts) {
    Optional<MeshService> missing = missing(proxy, call, model);
    Deque<Map<Question, Boolean>> open = new ArrayDeque<>(List.of(Map.of()));
    List<Walked> found = new ArrayList<>();
    int tried = 0;
    while (!open.isEmpty() && tried < MOST_BRANCHES) {
      Deadline.check();
      tried++;
      Map<Question, Boolean> given = open.removeFirst();
      Model around = missing.map(one -> around(one, call, model, given)).orElse(model);
      ProxyTables tables = tables(proxy, around, given);
      Assumptions assumptions = tables.assumptions();
      missing.ifPresent(one -> assumptions.holds(Subject.HOST_ELSEWHERE, one.host()));
      Way way = new Walk(tables, call).way();
      doubts.addAll(assumptions.doubts());
      keep(proxy, around, given, tables);
      found.add(new Walked(way, assumptions.asked()));
      // Each question that was answered with yes is answered with no, behind the same answers.
      Map<Question, Boolean> answers = new LinkedHashMap<>(given);
      for (Question question : assumptions.open()) {
        Map<Question, Boolean> other = new LinkedHashMap<>(answers);
        other.put(question, false);
        open.addLast(other);
        answers.put(question, true);
      }
    }
    branches.addAll(branches(found));
    return !open.isEmpty();
  }

  /** Ways with the same outcome are one answer; what only leads to it is not told. */
  private static List<Branch> branches(List<Walked> found) {
    Map<List<TraceResult.Share>, Way> first = new LinkedHashMap<>();
    Map<List<TraceResult.Share>, Map<Question, Boolean>> assumed = new LinkedHashMap<>();
    found.forEach(
        walked -> {
          Way way = walked.way();
          Map<Question, Boolean> asked = walked.asked();
          first.putIfAbsent(way.shares(), way);
          Map<Question, Boolean> known = assumed.get(way.shares());
          if (known == null) {
            assumed.put(way.shares(), new LinkedHashMap<>(asked));
          } else {
            known.entrySet().removeIf(one -> !one.getValue().equals(asked.get(one.getKey())));
          }
        });
    List<Branch> branches = new ArrayList<>();
    first.forEach(
        (shares, way) ->
            branches.add(
                new Branch(
                    Set.of(),
                    first.size() == 1 ? Map.of() : assumed.getOrDefault(shares, Map.of()),
                    way.steps(),
                    shares)));
    return branches;
  }

  /** A Service that a client calls may be there though it is not given. */
  private static Optional<MeshService> missing(Proxy proxy, Call call, Model model) {
    return proxy.type() == Proxy.Type.GATEWAY
        ? Optional.empty()
        : AssumedService.of(proxy, call, model.mesh(), model.catalog());
  }

  /** Returns the mesh with the Service, or as it is where the answers say that there is none. */
  private Model around(MeshService missing, Call call, Model model, Map<Question, Boolean> given) {
    Question question = new Question(Subject.HOST_ELSEWHERE, List.of(missing.host()));
    return given.getOrDefault(question, true)
        ? assumed.computeIfAbsent(
            System.identityHashCode(model) + " " + missing.host() + " " + call.port(),
            key -> new Model(model.mesh(), new ServiceCatalog(model.mesh(), List.of(missing))))
        : model;
  }

  private ProxyTables tables(Proxy proxy, Model model, Map<Question, Boolean> given) {
    ProxyTables known = given.isEmpty() ? reusable.remove(key(proxy, model)) : null;
    return known == null
        ? new ProxyTables(proxy, model.mesh(), model.catalog(), new Assumptions(given))
        : known;
  }

  /** Tables under which nothing was asked say the same to the next. */
  private void keep(Proxy proxy, Model model, Map<Question, Boolean> given, ProxyTables tables) {
    boolean plain = tables.assumptions().asked().isEmpty() && tables.onlyOwnDoubts();
    if (given.isEmpty() && plain) {
      reusable.put(key(proxy, model), tables);
    }
  }

  private static String key(Proxy proxy, Model model) {
    return proxy.title() + " " + proxy.labels() + " " + System.identityHashCode(model);
  }
}
