package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.audit.Inventory;
import io.meshguard.audit.Judge;
import io.meshguard.audit.NotJudged;
import io.meshguard.audit.Owner;
import io.meshguard.audit.Scope;
import io.meshguard.engine.Engine;
import io.meshguard.engine.Verdict;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.ClusterSnapshot;
import io.meshguard.mesh.Mesh;
import io.meshguard.policy.General;
import io.meshguard.policy.Policy;
import io.meshguard.report.CheckReport;
import io.meshguard.report.InputError;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges what is stored in a cluster. */
@Command(
    name = "audit",
    description = {
      "Checks everything that is stored in a cluster, with the same rules and policy as its"
          + " webhook.",
      "Only reads. Names what the account may not read; rules that need it stay silent."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard audit",
      "  meshguard audit --context prod -n shop --fail-on warn",
      "  meshguard audit --owners",
      "  meshguard audit --policy next.yaml -o json=audit.json -o text",
      "",
      "Exit codes: 0 nothing to fail on, 1 findings, 2 wrong usage, or an object to check could"
          + " not be read."
    })
final class AuditCommand implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Check only this namespace, its Namespace object included. Default: all.")
  private @Nullable String namespace;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT[=FILE]",
      converter = Output.Converter.class,
      completionCandidates = Output.Words.class,
      description = Output.DESCRIPTION)
  private List<Output> outputs = new ArrayList<>();

  @Option(
      names = "--fail-on",
      paramLabel = "LEVEL",
      description =
          "Exit with 1 on deny (the default), warn (any finding), fixable (a denial, or anything"
              + " with a fix), or never.")
  private FailOn failOn = FailOn.DENY;

  @Option(
      names = "--owners",
      description =
          "Group findings by owner: Argo CD Application, Flux Kustomization or HelmRelease, Helm"
              + " release, else team. In text and JSON.")
  private boolean owners;

  @Option(
      names = "--owner",
      paramLabel = "KIND/NAMESPACE/NAME",
      description =
          "Check only objects of this Application, Kustomization or HelmRelease; implies --owners.")
  private @Nullable String owner;

  @Option(
      names = "--owner-label",
      paramLabel = "KEY",
      description =
          "Label that names the team of an object which no tool owns; implies --owners. Default:"
              + " teamLabel of the policy, app.kubernetes.io/part-of.")
  private @Nullable String ownerLabel;

  AuditCommand(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    ReportFiles reports = new ReportFiles(outputs, console);
    Language language = console.language();
    try (KubernetesClient client = ClusterReader.client(Contexts.config(cluster))) {
      return audit(new ClusterReader(client), reports, language);
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }

  private int audit(ClusterReader reader, ReportFiles reports, Language language) {
    List<RuleInfo> infos = rules.stream().map(Rule::info).toList();
    Policy policy = new ClusterPolicy(infos, console, language).policy(cluster, reader);
    ConsoleProgress progress = new ConsoleProgress(console);
    Optional<String> only = Optional.ofNullable(namespace);
    ClusterSnapshot snapshot =
        reader.read(
            ClusterReader.kinds(infos),
            only.stream().toList(),
            policy.general(),
            (kind, all) -> progress.step("progress.listing", all));
    Scope scope =
        only.isPresent()
            ? Scope.ofNamespace(rules)
            : Scope.ofWebhook(rules, policy.general().meshNamespaces(), cluster.own);
    Owner.Marks marks = marks(policy.general());
    Optional<Owner> whose = whose();
    List<Resource> objects =
        snapshot.objects().stream()
            .filter(object -> covers(scope, snapshot.mesh(), object, only))
            .filter(object -> whose.filter(one -> !Owner.of(object, marks).equals(one)).isEmpty())
            .sorted(Comparator.comparing(Resource::namespace).thenComparing(o -> o.ref().path()))
            .toList();
    Judge judge = new Judge(new Engine(rules), snapshot.mesh(), policy, console.today());
    List<Verdict> verdicts = new ArrayList<>(objects.size());
    List<NotJudged> notJudged = new ArrayList<>();
    List<NotJudged> inPart = new ArrayList<>();
    snapshot.unreadable().stream()
        .filter(one -> covers(scope, snapshot.mesh(), one.object(), only))
        .filter(one -> whose.filter(who -> !Owner.of(one.object(), marks).equals(who)).isEmpty())
        .forEach(notJudged::add);
    for (Resource object : objects) {
      progress.step("progress.judging", objects.size());
      Judge.Attempt attempt = judge.attempt(object, System::nanoTime);
      attempt.verdict().ifPresent(verdicts::add);
      boolean nothing = attempt.verdict().isEmpty();
      attempt.notJudged().ifPresent(one -> (nothing ? notJudged : inPart).add(one));
    }
    progress.end();

    Notes notes = new Notes(console);
    notes.verdicts(verdicts, language);
    notes.undiscovered(verdicts);
    inPart.stream()
        .filter(one -> one.cause() == NotJudged.Cause.TIME)
        .forEach(
            one -> console.tell("of", one.object().ref().toString(), ForeignText.of(one.reason())));
    List<InputError> errors = unread(snapshot, scope);
    notJudged.forEach(one -> errors.add(error(one)));
    boolean everything = only.isEmpty() && whose.isEmpty() && errors.isEmpty();
    Inventory inventory = Inventory.of(policy, objects, verdicts, console.today(), everything);
    CheckReport outcome = new CheckReport(verdicts, errors, policy.general().docsUrl(), inventory);
    if (owners || owner != null || ownerLabel != null) {
      outcome = outcome.byOwner(marks);
    }
    return reports.write(outcome, language) ? exitCode(outcome) : ExitCode.UNUSABLE;
  }

  private Owner.Marks marks(General general) {
    Owner.Marks usual = Owner.Marks.of(general);
    return ownerLabel == null ? usual : new Owner.Marks(ownerLabel, usual.argoCdNamespace());
  }

  private Optional<Owner> whose() {
    if (owner == null) {
      return Optional.empty();
    }
    Optional<Owner> named = Owner.parse(owner);
    if (named.isEmpty()) {
      throw new UnusableException("owner.unknown", owner);
    }
    return named;
  }

  private static boolean covers(Scope scope, Mesh mesh, Resource object, Optional<String> only) {
    return scope.covers(object, mesh) && (only.isEmpty() || object.namespace().equals(only.get()));
  }

  private InputError error(NotJudged one) {
    String object = name(one.object().kind()) + " " + one.object().ref().path();
    return new InputError(
        object, Optional.empty(), console.say("notJudged", ForeignText.of(one.reason())));
  }

  /**
   * Returns what should have been judged and could not be read; what rules only look at is told as
   * a note, for it leaves findings out but none unjudged.
   */
  private List<InputError> unread(ClusterSnapshot snapshot, Scope scope) {
    List<InputError> errors = new ArrayList<>();
    Map<String, Set<String>> notes = new TreeMap<>();
    snapshot
        .unread()
        .forEach(
            (kind, reason) -> {
              if (scope.kinds().contains(kind) && !readHere(kind, snapshot)) {
                errors.add(
                    new InputError(
                        name(kind),
                        Optional.empty(),
                        console.say("notJudged", ForeignText.of(reason))));
              } else {
                notes.computeIfAbsent(reason, r -> new TreeSet<>()).add(name(kind));
              }
            });
    errors.sort(Comparator.comparing(InputError::file));
    notes.forEach(
        (reason, kinds) ->
            console.tell("audit.unread", ForeignText.of(reason), String.join(", ", kinds)));
    return errors;
  }

  private static String name(Kind kind) {
    return kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group();
  }

  /** Of one namespace everything may have been read although not of all. */
  private boolean readHere(Kind kind, ClusterSnapshot snapshot) {
    return namespace != null
        && (snapshot.readIn(kind, namespace)
            || (!kind.namespaced() && !kind.equals(Kind.NAMESPACE)));
  }

  private int exitCode(CheckReport outcome) {
    if (!outcome.errors().isEmpty()) {
      return ExitCode.UNUSABLE;
    }
    return outcome.findings().stream().anyMatch(failOn::fails) ? ExitCode.FINDINGS : ExitCode.CLEAN;
  }
}
