package io.meshguard.cli;

import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.files.Manifests;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Lint;
import io.meshguard.policy.Policy;
import io.meshguard.report.InputError;
import io.meshguard.resource.Origin;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a change of the policy would change. */
@Command(
    name = "diff",
    description = "Shows which findings change their mode between two policies.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard policy diff old.yaml new.yaml deploy/",
      "",
      "Exit codes: 0 no difference, 1 some, 2 wrong usage or unreadable input."
    })
final class PolicyDiff implements Callable<Integer> {

  private static final String NONE = "off";

  private final Console console;
  private final List<Rule> rules;

  @Parameters(index = "0", paramLabel = "OLD", description = "The policy as it is.")
  private String before = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The policy as it would be.")
  private String after = "";

  @Parameters(
      index = "2..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = "The objects: files, folders, or - for standard input.")
  private List<String> paths = new ArrayList<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace of objects without one. Default: default.")
  private String namespace = "default";

  PolicyDiff(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  /** A finding under two policies. */
  private static final class Change {
    private final String headline;
    private String from = NONE;
    private String to = NONE;

    Change(String headline) {
      this.headline = headline;
    }
  }

  @Override
  public Integer call() {
    Language language = console.language();
    PolicyFile policies = new PolicyFile(rules.stream().map(Rule::info).toList(), console);
    Policy old = policies.policy(Optional.of(before), language);
    Policy now = policies.policy(Optional.of(after), language);
    ConsoleProgress progress = new ConsoleProgress(console);
    Manifests given = Manifests.read(paths, namespace, console.input(progress));
    Map<String, Change> changes = new LinkedHashMap<>();
    judge(old, given, progress)
        .forEach((key, found) -> change(key, found, changes).from = mode(found));
    judge(now, given, progress)
        .forEach((key, found) -> change(key, found, changes).to = mode(found));
    progress.end();
    changes.values().removeIf(change -> change.from.equals(change.to));
    for (Change change : changes.values()) {
      console.out().print(change.from + " -> " + change.to + " " + change.headline + "\n");
    }
    int count = changes.size();
    console.out().print(console.say("policy.changes", count) + "\n");
    new Notes(console).left(given);
    for (InputError error : given.errors()) {
      console.note(error.toString());
    }
    if (!given.errors().isEmpty()) {
      return ExitCode.UNUSABLE;
    }
    return changes.isEmpty() ? ExitCode.CLEAN : ExitCode.FINDINGS;
  }

  private Map<String, GradedFinding> judge(
      Policy policy, Manifests given, ConsoleProgress progress) {
    CheckContext terms = CheckContext.of(policy, List.of(), List.of());
    Lint lint = new Lint(new Engine(rules), terms, false, console.today());
    Map<String, GradedFinding> found = new LinkedHashMap<>();
    for (Verdict verdict : lint.judge(given.objects(), List.of(), progress)) {
      Origin origin = verdict.object().origin();
      String object = origin.file() + "\n" + origin.document() + origin.base();
      for (GradedFinding judged : verdict.judged()) {
        String rule = judged.finding().rule().id();
        String place = object + "\n" + rule + "\n" + judged.finding().path();
        String key = place;
        for (int i = 1; found.containsKey(key); i++) {
          key = place + "\n" + i;
        }
        found.put(key, judged);
      }
    }
    return found;
  }

  private Change change(String key, GradedFinding judged, Map<String, Change> changes) {
    return changes.computeIfAbsent(
        key, k -> new Change(Headline.of(judged.finding(), console.language())));
  }

  private static String mode(GradedFinding judged) {
    return judged.exempt() ? "exempt" : judged.mode().text();
  }
}
