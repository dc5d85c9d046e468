package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.audit.Owner;
import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.files.Manifests;
import io.meshguard.kube.ClusterReader;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Lint;
import io.meshguard.policy.Policy;
import io.meshguard.report.InputError;
import io.meshguard.report.OwnerText;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a change of the policy would change. */
@Command(
    name = "diff",
    description = {
      "Shows which findings change their mode between two policies, in files or in a cluster.",
      "Of a cluster, grouped by namespace and owner. Only reads."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard policy diff old.yaml new.yaml deploy/",
      "  meshguard policy diff old.yaml new.yaml --context prod",
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
      arity = "0..*",
      paramLabel = "PATH",
      description =
          "The objects: files, folders, or - for standard input. Default: those of a cluster.")
  private List<String> paths = new ArrayList<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description =
          "Namespace of objects without one, default: default. Of a cluster: look only at this"
              + " namespace, default: all.")
  private @Nullable String namespace;

  @Option(
      names = "--meshguard-namespace",
      paramLabel = "NAME",
      description = "Namespace of Meshguard in the cluster. Default: meshguard.")
  private String own = "meshguard";

  @Mixin private ClusterAddress cluster = new ClusterAddress();

  PolicyDiff(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  /** A finding under two policies. */
  private static final class Change {
    private final String headline;
    private final GradedFinding judged;
    private String from = NONE;
    private String to = NONE;

    Change(String headline, GradedFinding judged) {
      this.headline = headline;
      this.judged = judged;
    }
  }

  @Override
  public Integer call() {
    Language language = console.language();
    PolicyFile policies = new PolicyFile(rules.stream().map(Rule::info).toList(), console);
    Policy old = policies.policy(Optional.of(before), language);
    Policy now = policies.policy(Optional.of(after), language);
    if (paths.isEmpty()) {
      return live(old, now);
    }
    if (cluster.context != null || cluster.kubeconfig != null) {
      throw new UnusableException("policy.bothSides");
    }
    ConsoleProgress progress = new ConsoleProgress(console);
    Manifests given =
        Manifests.read(paths, namespace == null ? "default" : namespace, console.input(progress));
    Map<String, Change> changes = new LinkedHashMap<>();
    compare(judge(old, given, progress), judge(now, given, progress), changes);
    progress.end();
    changes.values().forEach(change -> print("", change));
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

  private int live(Policy old, Policy now) {
    ConsoleProgress progress = new ConsoleProgress(console);
    try (KubernetesClient client = ClusterReader.client(Contexts.config(cluster))) {
      LiveObjects live =
          LiveObjects.read(
              new ClusterReader(client),
              rules,
              now.general(),
              own,
              Optional.ofNullable(namespace),
              progress);
      Map<String, Change> changes = new LinkedHashMap<>();
      compare(
          found(live.judge(rules, old, console, progress)),
          found(live.judge(rules, now, console, progress)),
          changes);
      progress.end();
      grouped(changes, Owner.Marks.of(now.general()));
      console.out().print(console.say("policy.changes", changes.size()) + "\n");
      if (live.tellUnread(console)) {
        return ExitCode.UNUSABLE;
      }
      return changes.isEmpty() ? ExitCode.CLEAN : ExitCode.FINDINGS;
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }

  private void grouped(Map<String, Change> changes, Owner.Marks marks) {
    Map<String, Map<Owner, List<Change>>> groups = new TreeMap<>();
    for (Change change : changes.values()) {
      Resource object = change.judged.finding().object();
      groups
          .computeIfAbsent(object.namespace(), n -> new TreeMap<>())
          .computeIfAbsent(Owner.of(object, marks), o -> new ArrayList<>())
          .add(change);
    }
    groups.forEach(
        (where, owners) ->
            owners.forEach(
                (owner, some) -> {
                  long objects =
                      some.stream().map(c -> c.judged.finding().object().ref()).distinct().count();
                  String place =
                      where.isEmpty()
                          ? console.say("policy.noNamespace")
                          : console.say("policy.inNamespace", SafeText.cut(where));
                  String whose = OwnerText.of(owner, console.language());
                  String head = console.say("policy.group", place, whose, some.size(), objects);
                  console.out().print(head + "\n");
                  some.forEach(change -> print("    ", change));
                }));
  }

  private void print(String indent, Change change) {
    console.out().print(indent + change.from + " -> " + change.to + " " + change.headline + "\n");
  }

  private void compare(
      Map<String, GradedFinding> before,
      Map<String, GradedFinding> after,
      Map<String, Change> changes) {
    before.forEach((key, found) -> change(key, found, changes).from = mode(found));
    after.forEach((key, found) -> change(key, found, changes).to = mode(found));
    changes.values().removeIf(change -> change.from.equals(change.to));
  }

  private Map<String, GradedFinding> judge(
      Policy policy, Manifests given, ConsoleProgress progress) {
    CheckContext terms = CheckContext.of(policy, List.of(), List.of());
    Lint lint = new Lint(new Engine(rules), terms, false, console.today());
    return found(lint.judge(given.objects(), List.of(), progress));
  }

  private static Map<String, GradedFinding> found(List<Verdict> verdicts) {
    Map<String, GradedFinding> found = new LinkedHashMap<>();
    for (Verdict verdict : verdicts) {
      Origin origin = verdict.object().origin();
      String object =
          verdict.object().ref() + "\n" + origin.file() + "\n" + origin.document() + origin.base();
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
        key, k -> new Change(Headline.of(judged.finding(), console.language()), judged));
  }

  private static String mode(GradedFinding judged) {
    return judged.exempt() ? "exempt" : judged.mode().text();
  }
}
