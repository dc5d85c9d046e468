package io.meshguard.cli;

import io.meshguard.engine.Verdict;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Worlds;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges after a change only what the change can have to do with. First the changed objects alone,
 * so that there is an answer at once; then, of the others, those of which a rule reads a changed
 * kind. What decides about whole namespaces or meshes makes everything be judged again.
 */
final class RememberedVerdicts implements Judging {

  /** They say what istiod reads, what a namespace injects, and what a mesh is set to. */
  private static final Set<Kind> EVERYWHERE =
      Set.of(Kind.NAMESPACE, Kind.CONFIG_MAP, Kind.MUTATING_WEBHOOK_CONFIGURATION);

  private final List<RuleInfo> rules;
  private final List<Known> scopes = new ArrayList<>();
  private boolean whole = true;
  private int next;
  private int judged;

  RememberedVerdicts(List<Rule> rules) {
    this.rules = rules.stream().map(Rule::info).toList();
  }

  /** What is known of one scope, by the objects themselves: an unchanged file has the same ones. */
  private static final class Known {
    private IdentityHashMap<Resource, Verdict> verdicts = new IdentityHashMap<>();
    private final Set<Resource> stale = identities();
    private Set<Resource> objects = identities();
    private List<String> places = List.of();
    private @Nullable CheckContext terms;
    private @Nullable String namespace;
  }

  /**
   * Begins a look at all scopes.
   *
   * @param everything whether what a change may have to do with is judged as well
   */
  void begin(boolean everything) {
    whole = everything;
    next = 0;
    judged = 0;
  }

  /** Forgets everything: other rules of judging hold. */
  void clear() {
    scopes.clear();
  }

  /** Returns whether something of what is known may be out of date. */
  boolean isStale() {
    return scopes.stream().anyMatch(known -> !known.stale.isEmpty());
  }

  /** Returns how many objects were judged since the look began. */
  int judged() {
    return judged;
  }

  @Override
  public List<Verdict> judge(
      CheckScope scope,
      List<Resource> objects,
      Predicate<Resource> selected,
      ConsoleProgress progress) {
    if (next == scopes.size()) {
      scopes.add(new Known());
    }
    Known known = scopes.get(next++);
    List<Resource> wanted =
        objects.stream().filter(o -> scope.isAsked(o) && selected.test(o)).toList();
    update(known, scope, objects);
    Set<Resource> now = identities();
    for (Resource object : wanted) {
      boolean isNew = !known.verdicts.containsKey(object);
      if (isNew || (whole && known.stale.contains(object))) {
        now.add(object);
      }
    }
    if (!now.isEmpty()) {
      List<Verdict> said =
          scope.lint().judge(objects, scope.around().objects(), now::contains, progress);
      judged += now.size();
      int at = 0;
      for (Resource object : objects) {
        if (now.contains(object)) {
          known.verdicts.put(object, said.get(at++));
        }
      }
      known.stale.removeAll(now);
    }
    return scope
        .places()
        .shown(wanted.stream().map(o -> Objects.requireNonNull(known.verdicts.get(o))).toList());
  }

  private void update(Known known, CheckScope scope, List<Resource> objects) {
    Set<Resource> all = identities();
    all.addAll(objects);
    all.addAll(scope.around().objects());
    List<String> places = Worlds.places(objects);
    boolean other =
        !scope.terms().equals(known.terms)
            || !scope.namespace().equals(known.namespace)
            || !places.equals(known.places);
    Set<Kind> changed = new HashSet<>();
    difference(all, known.objects, changed);
    difference(known.objects, all, changed);
    known.objects = all;
    known.places = places;
    known.terms = scope.terms();
    known.namespace = scope.namespace();
    IdentityHashMap<Resource, Verdict> left = new IdentityHashMap<>();
    known.verdicts.forEach(
        (object, verdict) -> {
          if (all.contains(object)) {
            left.put(object, verdict);
          }
        });
    known.verdicts = left;
    known.stale.retainAll(left.keySet());
    if (other || changed.stream().anyMatch(EVERYWHERE::contains)) {
      known.stale.addAll(left.keySet());
    } else if (!changed.isEmpty()) {
      List<RuleInfo> readers =
          rules.stream().filter(rule -> rule.reads().stream().anyMatch(changed::contains)).toList();
      left.keySet().stream()
          .filter(object -> readers.stream().anyMatch(rule -> rule.isAbout(object.kind())))
          .forEach(known.stale::add);
    }
  }

  private static void difference(Collection<Resource> some, Set<Resource> others, Set<Kind> kinds) {
    for (Resource object : some) {
      if (!others.contains(object)) {
        kinds.add(object.kind());
      }
    }
  }

  private static Set<Resource> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
