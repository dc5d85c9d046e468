package io.meshguard.cli;

import io.meshguard.engine.Verdict;
import io.meshguard.files.Manifests;
import io.meshguard.files.Skipped;
import io.meshguard.istio.Releases;
import io.meshguard.lint.Variants;
import io.meshguard.lint.Worlds;
import io.meshguard.mesh.VersionRange;
import io.meshguard.report.FindingText;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a user should know of a check besides its findings; goes to standard error. */
final class Notes {

  private final Console console;
  private final boolean verbose;

  Notes(Console console) {
    this(console, false);
  }

  /**
   * Makes notes.
   *
   * @param verbose whether each thing is said, and not only how many there are
   */
  Notes(Console console, boolean verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  /** Says what was left out, or that there was nothing to check. */
  void left(Manifests given) {
    Map<Skipped, Integer> skipped = given.skipped();
    if (verbose || skipped.size() < 2) {
      skipped.forEach((why, count) -> console.tell(why.key(), count));
    } else {
      List<String> parts = new ArrayList<>();
      skipped.forEach((why, count) -> parts.add(console.say(why.shortKey(), count)));
      console.tell("skipped.many", String.join(console.say("comma"), parts));
    }
    if (given.objects().isEmpty() && given.errors().isEmpty()) {
      console.tell("notes.none");
    }
  }

  /** Says which folders and files are meshes of their own, and what is ambiguous all the same. */
  void worlds(List<List<Resource>> meshes) {
    List<String> places =
        meshes.stream().flatMap(objects -> Worlds.places(objects).stream()).distinct().toList();
    List<List<Resource>> repeated =
        meshes.stream().flatMap(objects -> Worlds.repeated(objects).stream()).toList();
    boolean each = verbose || (places.isEmpty() && repeated.size() == 1);
    if (!places.isEmpty()) {
      String besides =
          repeated.isEmpty() ? "" : console.say("notes.worlds.repeated", repeated.size());
      String hint = verbose ? "" : console.say("notes.worlds.hint");
      console.tell("notes.worlds", places.size(), besides, hint);
    } else if (!each && !repeated.isEmpty()) {
      console.tell("notes.repeated", repeated.size());
    }
    if (verbose) {
      places.forEach(place -> console.tell("notes.world", place));
    }
    if (each) {
      repeated.forEach(this::twice);
    }
  }

  /** Says which objects are defined more than once. */
  void twice(List<Resource> objects) {
    Variants variants = Variants.among(objects, List.of());
    for (List<Resource> definitions : Variants.repeated(objects)) {
      Resource last = definitions.get(definitions.size() - 1);
      String places =
          definitions.stream().map(Notes::place).collect(Collectors.joining(console.say("and")));
      console.tell(
          variants.include(last) ? "notes.differ" : "notes.twice",
          FindingText.object(last.ref()),
          definitions.size(),
          places);
    }
  }

  /** Says what the policy wants told, and which rules failed by themselves. */
  void verdicts(List<Verdict> verdicts, Language language) {
    Set<String> told = new LinkedHashSet<>();
    for (Verdict verdict : verdicts) {
      verdict.notices().forEach(notice -> told.add(language.render(notice)));
      for (Verdict.Fault fault : verdict.faults()) {
        told.add(
            console.say(
                "notes.fault",
                fault.rule().id(),
                FindingText.object(verdict.object().ref()),
                SafeText.cut(String.valueOf(fault.cause()))));
      }
    }
    told.forEach(console::note);
  }

  /** Says of which objects little was judged because istiod passes over their namespaces. */
  void undiscovered(List<Verdict> verdicts) {
    List<String> namespaces =
        verdicts.stream()
            .filter(Verdict::undiscovered)
            .map(verdict -> verdict.object().namespace())
            .toList();
    if (namespaces.isEmpty()) {
      return;
    }
    console.tell(
        "notes.undiscovered",
        namespaces.size(),
        SafeText.cut(String.join(", ", new TreeSet<>(namespaces))));
  }

  /** Says which Istio was assumed, if that matters to a rule that was run. */
  void assumedIstio(List<Rule> rules, List<Resource> objects) {
    Set<Kind> kinds = objects.stream().map(Resource::kind).collect(Collectors.toSet());
    boolean matters =
        rules.stream()
            .map(Rule::info)
            .filter(info -> !info.istio().equals(VersionRange.ALL))
            .map(RuleInfo::subjects)
            .anyMatch(subjects -> subjects.stream().anyMatch(kinds::contains));
    if (matters) {
      console.tell("notes.assumed", Releases.NEWEST_ISTIO.toString());
    }
  }

  private static String place(Resource object) {
    String line =
        object.origin().position(object.root().pointer()).map(p -> ":" + p.line()).orElse("");
    return SafeText.escape(object.origin().file()) + line;
  }
}
