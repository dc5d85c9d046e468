package io.meshguard.audit;

import io.meshguard.mesh.Discovery;
import io.meshguard.mesh.Mesh;
import io.meshguard.policy.Policy;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Engine;
import io.meshguard.rule.Judged;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Rule;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the rules say of all stored objects. After a change only those are judged anew of which it
 * may say something else: the changed objects by all rules, and by the rules that read a changed
 * kind all objects that these report on. Used by one thread.
 */
public final class Standing {

  private final List<Rule> rules;
  private final Map<ObjectKey, List<Failure>> failures = new HashMap<>();
  private final Set<ObjectKey> judged = new HashSet<>();
  private final Set<String> slippedBefore = new HashSet<>();
  private Optional<Discovery> discovery = Optional.empty();

  /** Makes a standing of no objects. */
  public Standing(Collection<Rule> rules) {
    this.rules = rules.stream().filter(rule -> !rule.info().linterOnly()).toList();
  }

  /**
   * Under what objects are judged.
   *
   * @param policy the policy in force
   * @param since since when it is in force together with the rules of this release
   * @param mesh the mesh, which holds the objects as well
   * @param own namespace of Meshguard
   */
  public record Terms(Policy policy, Instant since, Mesh mesh, String own, LocalDate today) {}

  /** Tells of findings that an earlier process has proved to have passed the webhook by. */
  public void remember(Collection<String> fingerprints) {
    slippedBefore.addAll(fingerprints);
  }

  /** Judges what has to be judged. */
  public void judge(Pending.Work work, Terms terms) {
    Pass pass = new Pass(terms);
    Discovery now = Discovery.of(terms.mesh());
    // a namespace that istiod begins or ceases to pass over changes what objects anywhere meet
    boolean moved = discovery.filter(now::equals).isEmpty();
    discovery = Optional.of(now);
    if (work.everything() || moved) {
      Map<ObjectKey, List<Failure>> before = new HashMap<>(failures);
      failures.clear();
      judged.clear();
      before.values().stream()
          .flatMap(List::stream)
          .filter(Failure::slipped)
          .forEach(failure -> slippedBefore.add(failure.judged().finding().fingerprint()));
      pass.scope.kinds().forEach(kind -> pass.all(kind, rules, Set.of()));
      return;
    }
    Set<ObjectKey> done = new HashSet<>();
    for (ObjectKey key : work.objects()) {
      if (done.add(key)) {
        pass.changed(key);
      }
      if (key.kind().equals(Kind.NAMESPACE)) {
        // its labels decide which overrides of the policy cover the objects in it
        pass.within(key.name(), done);
      }
    }
    List<Rule> readers =
        rules.stream()
            .filter(rule -> rule.info().reads().stream().anyMatch(work.kinds()::contains))
            .toList();
    readers.stream()
        .flatMap(rule -> rule.info().subjects().stream())
        .distinct()
        .forEach(kind -> pass.all(kind, readers, done));
  }

  /** Returns how many objects are judged. */
  public int objects() {
    return judged.size();
  }

  /** Returns all failures, by namespace, then object, then place. */
  public List<Failure> failures() {
    return failures.entrySet().stream()
        .sorted(
            Comparator.comparing(
                    (Map.Entry<ObjectKey, List<Failure>> entry) -> entry.getKey().namespace())
                .thenComparing(entry -> entry.getKey().kind().toString())
                .thenComparing(entry -> entry.getKey().name()))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  /** One run over objects. */
  private final class Pass {
    private final Terms terms;
    private final Scope scope;
    private final Bypass bypass;

    Pass(Terms terms) {
      this.terms = terms;
      this.scope = Scope.ofWebhook(rules, terms.policy().general().meshNamespaces(), terms.own());
      this.bypass = new Bypass(terms.policy(), terms.since());
    }

    void changed(ObjectKey key) {
      terms
          .mesh()
          .find(key.kind(), key.namespace(), key.name())
          .found()
          .filter(scope::covers)
          .ifPresentOrElse(object -> whole(object, judged.contains(key)), () -> forget(key));
    }

    void within(String namespace, Set<ObjectKey> done) {
      for (Kind kind : scope.kinds()) {
        if (kind.namespaced()) {
          for (Resource object : terms.mesh().list(kind, namespace).items()) {
            if (scope.covers(object) && done.add(ObjectKey.of(object.ref()))) {
              whole(object, false);
            }
          }
        }
      }
    }

    /** Judges all objects of a kind by some of the rules, but for those that are done. */
    void all(Kind kind, List<Rule> some, Set<ObjectKey> done) {
      List<Rule> applying =
          some.stream().filter(rule -> rule.info().subjects().contains(kind)).toList();
      if (applying.isEmpty()) {
        return;
      }
      Judge judge = judge(applying);
      Set<String> ids = applying.stream().map(rule -> rule.info().id()).collect(Collectors.toSet());
      for (Resource object : terms.mesh().list(kind).items()) {
        ObjectKey key = ObjectKey.of(object.ref());
        if (!done.contains(key) && scope.covers(object)) {
          List<Failure> kept = new ArrayList<>();
          failures.getOrDefault(key, List.of()).stream()
              .filter(failure -> !ids.contains(failure.judged().finding().rule().id()))
              .forEach(kept::add);
          kept.addAll(failing(object, judge, false));
          put(key, kept);
        }
      }
    }

    private void whole(Resource object, boolean wasJudged) {
      put(ObjectKey.of(object.ref()), failing(object, judge(rules), wasJudged));
    }

    private Judge judge(List<Rule> some) {
      return new Judge(new Engine(some), terms.mesh(), terms.policy(), terms.today());
    }

    /**
     * Returns what fails.
     *
     * @param wasJudged whether the object was judged before it changed, so that a finding that it
     *     did not have then came with the change
     */
    private List<Failure> failing(Resource object, Judge judge, boolean wasJudged) {
      Set<String> had = new HashSet<>();
      Set<String> slipped = new HashSet<>(slippedBefore);
      for (Failure failure : failures.getOrDefault(ObjectKey.of(object.ref()), List.of())) {
        had.add(failure.judged().finding().fingerprint());
        if (failure.slipped()) {
          slipped.add(failure.judged().finding().fingerprint());
        }
      }
      List<Failure> failing = new ArrayList<>();
      for (Judged one : judge.judge(object).judged()) {
        if (one.mode() != Mode.OFF && !one.exempt()) {
          String fingerprint = one.finding().fingerprint();
          boolean isNew = wasJudged && !had.contains(fingerprint);
          boolean past =
              one.mode() == Mode.DENY
                  && (slipped.contains(fingerprint) || bypass.proved(one, object, isNew, judge));
          failing.add(new Failure(one, past));
        }
      }
      return failing;
    }

    private void put(ObjectKey key, List<Failure> failing) {
      judged.add(key);
      if (failing.isEmpty()) {
        failures.remove(key);
      } else {
        failures.put(key, List.copyOf(failing));
      }
    }

    private void forget(ObjectKey key) {
      judged.remove(key);
      failures.remove(key);
    }
  }
}
