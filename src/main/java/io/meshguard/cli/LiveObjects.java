package io.meshguard.cli;

import io.meshguard.audit.Judge;
import io.meshguard.audit.Scope;
import io.meshguard.engine.Engine;
import io.meshguard.engine.Settings;
import io.meshguard.engine.Verdict;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.ClusterSnapshot;
import io.meshguard.mesh.Mesh;
import io.meshguard.policy.General;
import io.meshguard.resource.Resource;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The objects of a cluster that its webhook would be asked about, for commands about policies.
 *
 * @param mesh what is around them
 * @param objects the objects, by namespace
 * @param unread what could not be read or judged, for people
 */
record LiveObjects(Mesh mesh, List<Resource> objects, Set<String> unread) {

  /**
   * Reads a cluster.
   *
   * @param own namespace of Meshguard
   * @param only the namespace that matters; empty for all
   */
  static LiveObjects read(
      ClusterReader reader,
      List<Rule> rules,
      General general,
      String own,
      Optional<String> only,
      ConsoleProgress progress) {
    List<RuleInfo> infos = rules.stream().map(Rule::info).toList();
    ClusterSnapshot snapshot =
        reader.read(
            ClusterReader.kinds(infos),
            only.stream().toList(),
            general,
            (kind, all) -> progress.step("progress.listing", all));
    Scope scope =
        only.isPresent()
            ? Scope.ofNamespace(rules)
            : Scope.ofWebhook(rules, general.meshNamespaces(), own);
    Mesh mesh = snapshot.mesh();
    List<Resource> objects =
        snapshot.objects().stream()
            .filter(object -> scope.covers(object, mesh))
            .filter(object -> only.isEmpty() || object.namespace().equals(only.get()))
            .sorted(Comparator.comparing(Resource::namespace).thenComparing(o -> o.ref().path()))
            .toList();
    Set<String> unread = new TreeSet<>();
    snapshot
        .unread()
        .forEach(
            (kind, why) -> {
              boolean here = only.isPresent() && snapshot.readIn(kind, only.get());
              if (scope.kinds().contains(kind) && !here) {
                unread.add(kind.plural() + ": " + why);
              }
            });
    snapshot.unreadable().forEach(one -> unread.add(one.object().ref() + ": " + one.reason()));
    return new LiveObjects(mesh, objects, unread);
  }

  /** Returns what the rules say of each object under a policy; what none is said of is unread. */
  List<Verdict> judge(
      List<Rule> rules, Settings settings, Console console, ConsoleProgress progress) {
    Judge judge = new Judge(new Engine(rules), mesh, settings, console.today());
    List<Verdict> verdicts = new ArrayList<>();
    for (Resource object : objects) {
      progress.step("progress.judging", objects.size());
      Judge.Attempt attempt = judge.attempt(object, System::nanoTime);
      attempt.verdict().ifPresent(verdicts::add);
      attempt.notJudged().ifPresent(one -> unread.add(object.ref() + ": " + one.reason()));
    }
    return verdicts;
  }

  /** Tells what was not judged, and returns whether there is any. */
  boolean tellUnread(Console console) {
    unread.forEach(one -> console.tell("of", one, ForeignText.of(console.say("live.notJudged"))));
    return !unread.isEmpty();
  }
}
