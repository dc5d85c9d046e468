package io.meshguard.audit;

import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.istio.Discovery;
import io.meshguard.mesh.Mesh;
import io.meshguard.policy.Policy;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
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
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the rules say of all stored objects. After a change only those are judged anew of which it
 * may say something else: the changed objects by all rules, and by the rules that read a changed
 * kind all objects that these report on. Used by one thread.
 */
public final class AuditState {

  private final List<Rule> rules;
  private final LongSupplier nanos;
  private final Map<ObjectKey, List<Failure>> failures = new HashMap<>();
  private final Set<ObjectKey> judged = new HashSet<>();
  private final Map<ObjectKey, NotJudged> notJudged = new HashMap<>();
  private final Set<String> slippedBefore = new HashSet<>();
  private Optional<Discovery> discovery = Optional.empty();

  /**
   * Makes a standing of no objects.
   *
   * @param nanos a clock as {@link System#nanoTime} is one, by which no object takes too long
   */
  public AuditState(Collection<Rule> rules, LongSupplier nanos) {
    this.nanos = nanos;
    this.rules = rules.stream().filter(rule -> !rule.info().linterOnly()).toList();
  }

  /**
   * Under what objects are judged.
   *
   * @param policy the policy in force
   * @param since since when it is in force together with the rules of this release
   * @param mesh the mesh, which holds the objects as well
   * @param unreadable objects that are stored and that the mesh does not show
   * @param own namespace of Meshguard
   */
  public record AuditContext(
      Policy policy,
      Instant since,
      Mesh mesh,
      Collection<NotJudged> unreadable,
      String own,
      LocalDate today) {}

  /** Tells of findings that an earlier process has proved to have passed the webhook by. */
  public void remember(Collection<String> fingerprints) {
    slippedBefore.addAll(fingerprints);
  }

  /** Judges what has to be judged. */
  public void judge(ChangeQueue.Work work, AuditContext terms) {
    Pass pass = new Pass(terms);
    Discovery now = Discovery.of(terms.mesh());
    // a namespace that istiod begins or ceases to pass over changes what objects anywhere meet
    boolean moved = discovery.filter(now::equals).isEmpty();
    discovery = Optional.of(now);
    if (work.everything() || moved) {
      pass.everything();
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
    pass.listUnreadable();
  }

  /** Returns the objects of which not all is said that there is to say, by namespace. */
  public List<NotJudged> notJudged() {
    return inOrder(notJudged).toList();
  }

  /** Returns how many objects are judged. */
  public int objects() {
    return judged.size();
  }

  /** Returns all failures, by namespace, then object, then place. */
  public List<Failure> failures() {
    return inOrder(failures).flatMap(List::stream).toList();
  }

  private static <T> Stream<T> inOrder(Map<ObjectKey, T> byObject) {
    return byObject.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<ObjectKey, T> entry) -> entry.getKey().namespace())
                .thenComparing(entry -> entry.getKey().kind().toString())
                .thenComparing(entry -> entry.getKey().name()))
        .map(Map.Entry::getValue);
  }

  /** One run over objects. */
  private final class Pass {
    private final AuditContext terms;
    private final Scope scope;
    private final Bypass bypass;
    private final Map<ObjectKey, NotJudged> unreadable = new HashMap<>();
    private final Set<ObjectKey> seen = new HashSet<>();

    Pass(AuditContext terms) {
      this.terms = terms;
      this.scope = Scope.ofWebhook(rules, terms.policy().general().meshNamespaces(), terms.own());
      this.bypass = new Bypass(terms.policy(), terms.since());
      terms.unreadable().stream()
          .filter(one -> covers(one.object()))
          .forEach(one -> unreadable.put(ObjectKey.of(one.object().ref()), one));
    }

    void everything() {
      Set<ObjectKey> before = new HashSet<>(judged);
      before.addAll(failures.keySet());
      before.addAll(notJudged.keySet());
      scope.kinds().forEach(kind -> all(kind, rules, Set.of()));
      before.stream()
          .filter(key -> !seen.contains(key) && !unreadable.containsKey(key))
          .forEach(this::forget);
      // by now each finding carries its own mark; what has gone and comes again is another
      slippedBefore.clear();
      listUnreadable();
    }

    /** Of what could be read once, that is still said. */
    void listUnreadable() {
      notJudged
          .entrySet()
          .removeIf(
              entry ->
                  entry.getValue().cause() == NotJudged.Cause.UNREADABLE
                      && !unreadable.containsKey(entry.getKey()));
      notJudged.putAll(unreadable);
      judged.removeAll(unreadable.keySet());
    }

    void changed(ObjectKey key) {
      terms
          .mesh()
          .find(key.kind(), key.namespace(), key.name())
          .found()
          .filter(this::covers)
          .ifPresentOrElse(object -> whole(object, judged.contains(key)), () -> gone(key));
    }

    void within(String namespace, Set<ObjectKey> done) {
      for (Kind kind : scope.kinds()) {
        if (kind.namespaced()) {
          for (Resource object : terms.mesh().list(kind, namespace).items()) {
            if (covers(object) && done.add(ObjectKey.of(object.ref()))) {
              whole(object, false);
            }
          }
        }
      }
    }

    /** Judges all objects of a kind by some of the rules, but for those that are done. */
    void all(Kind kind, List<Rule> some, Set<ObjectKey> done) {
      List<Rule> applying = about(kind, some);
      if (applying.isEmpty()) {
        return;
      }
      Judge judge = judge(applying);
      Set<String> ids = ids(applying);
      for (Resource object : terms.mesh().list(kind).items()) {
        ObjectKey key = ObjectKey.of(object.ref());
        if (!done.contains(key) && covers(object)) {
          judge(object, judge, ids, false);
        }
      }
    }

    private void whole(Resource object, boolean wasJudged) {
      List<Rule> applying = about(object.kind(), rules);
      judge(object, judge(applying), ids(applying), wasJudged);
    }

    private List<Rule> about(Kind kind, List<Rule> some) {
      return some.stream().filter(rule -> rule.info().subjects().contains(kind)).toList();
    }

    private Set<String> ids(List<Rule> some) {
      return some.stream().map(rule -> rule.info().id()).collect(Collectors.toSet());
    }

    private boolean covers(Resource object) {
      return scope.covers(object, terms.mesh());
    }

    private Judge judge(List<Rule> some) {
      return new Judge(new Engine(some), terms.mesh(), terms.policy(), terms.today());
    }

    /**
     * Judges an object. What rules have found in it before and did not come to say again is kept.
     *
     * @param ids the rules that judge
     * @param wasJudged whether the object was judged before it changed, so that a finding that it
     *     did not have then came with the change
     */
    private void judge(Resource object, Judge judge, Set<String> ids, boolean wasJudged) {
      ObjectKey key = ObjectKey.of(object.ref());
      Judge.Attempt attempt = judge.attempt(object, nanos);
      List<Failure> before = failures.getOrDefault(key, List.of());
      Optional<List<Failure>> now =
          attempt.verdict().map(verdict -> failing(verdict, object, judge, before, wasJudged));
      Set<String> told = new HashSet<>();
      now.ifPresent(said -> said.forEach(f -> told.add(f.judged().finding().fingerprint())));
      Set<String> open = attempt.verdict().isPresent() ? attempt.unfinished() : ids;
      List<Failure> all = new ArrayList<>();
      for (Failure failure : before) {
        String rule = failure.judged().finding().rule().id();
        boolean kept = !ids.contains(rule) || open.contains(rule);
        if (kept && !told.contains(failure.judged().finding().fingerprint())) {
          all.add(failure);
        }
      }
      now.ifPresent(all::addAll);
      put(key, all);
      seen.add(key);
      if (attempt.notJudged().isPresent()) {
        notJudged.put(key, attempt.notJudged().get());
        judged.remove(key);
      } else if (ids.size() == about(object.kind(), rules).size() || !notJudged.containsKey(key)) {
        // some of the rules say nothing of whether others would finish by now
        notJudged.remove(key);
        judged.add(key);
      }
    }

    /** Returns what fails. */
    private List<Failure> failing(
        Verdict verdict, Resource object, Judge judge, List<Failure> before, boolean wasJudged) {
      Set<String> had = new HashSet<>();
      Set<String> slipped = new HashSet<>(slippedBefore);
      for (Failure failure : before) {
        had.add(failure.judged().finding().fingerprint());
        if (failure.slipped()) {
          slipped.add(failure.judged().finding().fingerprint());
        }
      }
      Bypass.Anywhere anywhere = new Bypass.Anywhere(object, judge, nanos);
      List<Failure> failing = new ArrayList<>();
      for (GradedFinding one : verdict.judged()) {
        if (one.mode() != Mode.OFF && !one.exempt()) {
          String fingerprint = one.finding().fingerprint();
          boolean isNew = wasJudged && !had.contains(fingerprint);
          boolean past =
              one.mode() == Mode.DENY
                  && (slipped.contains(fingerprint) || bypass.proved(one, object, isNew, anywhere));
          failing.add(new Failure(one, past));
        }
      }
      return failing;
    }

    private void put(ObjectKey key, List<Failure> failing) {
      if (failing.isEmpty()) {
        failures.remove(key);
      } else {
        failures.put(key, List.copyOf(failing));
      }
    }

    private void gone(ObjectKey key) {
      if (!unreadable.containsKey(key)) {
        forget(key);
      }
    }

    private void forget(ObjectKey key) {
      notJudged.remove(key);
      judged.remove(key);
      failures.remove(key);
    }
  }
}
