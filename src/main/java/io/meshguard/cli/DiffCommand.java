package io.meshguard.cli;

import io.meshguard.change.ChangeReport;
import io.meshguard.change.Comparison;
import io.meshguard.files.Manifests;
import io.meshguard.istio.ClusterDomain;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Variants;
import io.meshguard.match.Budget;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.report.InputError;
import io.meshguard.report.Paint;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a change of objects does to all requests. */
@Command(
    name = "diff",
    description = {
      "Shows what a change does to all requests: which go elsewhere, which end in an error, which"
          + " get other limits.",
      "Compares two revisions of git, two files or folders, or files with a cluster."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard diff main..HEAD k8s/         two revisions",
      "  meshguard diff main...HEAD k8s/        from where HEAD left main",
      "  meshguard diff HEAD k8s/               a revision, and the files as they are",
      "  meshguard diff old/ new/               two folders",
      "  meshguard diff --context prod k8s/     a cluster, and the cluster with these files applied",
      "  meshguard diff main...HEAD -o markdown=comment.md --fail-on-change=errors k8s/",
      "",
      "Exit codes: 0 compared, 1 changes and --fail-on-change, 2 wrong usage, or something cannot be"
          + " read, 3 no change found and not all could be compared (with --fail-on-change=all)."
    })
final class DiffCommand implements Callable<Integer> {

  /** Work for one table: some tenths of a second. */
  private static final long STEPS = 60_000_000;

  private static final long STEPS_PER_QUESTION = 6_000_000;

  private final Console console;
  private final List<Rule> rules;

  @Parameters(
      paramLabel = "REVISIONS|PATH",
      arity = "1..*",
      description = "OLD..NEW and paths, OLD and paths, two paths, or paths with --context.")
  private List<String> words = new ArrayList<>();

  @Mixin private ClusterAddress cluster = new ClusterAddress();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT[=FILE]",
      converter = ChangeFormat.Output.Converter.class,
      completionCandidates = ChangeFormat.Output.Words.class,
      description = Output.DESCRIPTION)
  private List<ChangeFormat.Output> outputs = new ArrayList<>();

  @Option(
      names = "--fail-on-change",
      paramLabel = "all|errors",
      arity = "0..1",
      parameterConsumer = FailOnChange.Consumer.class,
      description = "Exit with 1 on any change, or only if requests newly end in an error.")
  private FailOnChange failOn = FailOnChange.NEVER;

  @Option(
      names = "--mesh",
      paramLabel = "PATH",
      description = "Objects that are there before and after. Repeatable.")
  private List<String> meshPaths = new ArrayList<>();

  @Option(
      names = "--closed-world",
      description = "The given objects are the whole mesh: what is not among them does not exist.")
  private boolean closedWorld;

  @Option(
      names = "--istio-version",
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description = "Version of Istio. Default: the newest known.")
  private List<Version> istioVersions = new ArrayList<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace of objects without one. Default: default.")
  private String namespace = "default";

  DiffCommand(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    List<ChangeFormat.Output> asked =
        outputs.isEmpty()
            ? List.of(new ChangeFormat.Output(ChangeFormat.TEXT, Optional.empty()))
            : outputs;
    if (asked.stream().filter(output -> output.file().isEmpty()).count() > 1) {
      throw new UnusableException("report.mixed");
    }
    ConsoleProgress progress = new ConsoleProgress(console);
    Compared compared = live() ? againstCluster(progress) : files(progress);
    progress.end();
    boolean written = write(asked, compared.result());
    compared.errors().forEach(error -> console.note(error.toString()));
    if (!written || !compared.errors().isEmpty()) {
      return ExitCode.UNUSABLE;
    }
    return failOn.exitCode(compared.result().report());
  }

  private boolean live() {
    return cluster.context != null || cluster.kubeconfig != null;
  }

  /** What came of a comparison, and what could not be read for it. */
  private record Compared(ChangeFormat.Result result, List<InputError> errors) {}

  private boolean write(List<ChangeFormat.Output> asked, ChangeFormat.Result result) {
    boolean written = true;
    for (ChangeFormat.Output output : asked) {
      Paint paint = output.file().isEmpty() ? console.paint() : Paint.PLAIN;
      String text = output.format().write(result, console.language(), paint);
      if (output.file().isEmpty()) {
        console.out().print(text);
      } else {
        written &= ReportFiles.write(output.file().get(), text, console);
      }
    }
    return written;
  }

  private Compared files(ConsoleProgress progress) {
    Sides sides = new Sides.Reader(namespace, console, progress).read(words);
    Manifests around = Manifests.read(meshPaths, namespace, console.input(progress));
    List<Resource> was = sides.before().manifests().objects();
    List<Resource> is = sides.after().manifests().objects();
    Notes notes = new Notes(console);
    notes.twice(is);
    if (was.isEmpty() && is.isEmpty() && sides.errors().isEmpty()) {
      console.tell("notes.none");
    }
    List<InputError> errors = new ArrayList<>(sides.errors());
    errors.addAll(around.errors());
    CheckContext context = CheckContext.of(policy(), istioVersions, List.of());
    Predicate<Kind> complete = kind -> closedWorld;
    ChangeReport report =
        compare(
            all(around.objects(), was),
            all(around.objects(), is),
            objects -> mesh(objects, complete, context.facts()),
            progress);
    return new Compared(
        new ChangeFormat.Result(
            sides.before().title(), sides.after().title(), report.with(open(was, is, errors))),
        errors);
  }

  private Compared againstCluster(ConsoleProgress progress) {
    Manifests given = Manifests.read(words, namespace, console.input(progress));
    Set<Kind> kinds = new LinkedHashSet<>();
    kinds.add(Kind.NAMESPACE);
    rules.stream().map(Rule::info).forEach(info -> kinds.addAll(info.reads()));
    StoredObjects stored = StoredObjects.read(cluster, kinds, policy().general(), progress);
    ChangeReport report =
        compare(
            stored.objects(),
            Overlay.of(stored.objects(), given.objects()),
            objects -> new ObjectMesh(objects, stored.whole()::contains, stored.facts()),
            progress);
    String title = cluster.context == null ? console.say("diff.cluster") : cluster.context;
    return new Compared(
        new ChangeFormat.Result(
            title,
            String.join(" ", words),
            report.with(open(List.of(), given.objects(), given.errors()))),
        given.errors());
  }

  private Policy policy() {
    List<RuleInfo> infos = rules.stream().map(Rule::info).toList();
    return new PolicyFile(infos, console).defaults();
  }

  private static List<Resource> all(List<Resource> around, List<Resource> own) {
    List<Resource> all = new ArrayList<>(around);
    all.addAll(own);
    return all;
  }

  private static Mesh mesh(
      Collection<Resource> objects, Predicate<Kind> complete, MeshFacts facts) {
    Mesh bare = new ObjectMesh(objects, complete, facts);
    return new ObjectMesh(objects, complete, ClusterDomain.of(bare).applyTo(facts));
  }

  /** Makes a mesh of objects. */
  private interface Worlds {
    Mesh of(Collection<Resource> objects);
  }

  private static ChangeReport compare(
      List<Resource> was, List<Resource> is, Worlds worlds, ConsoleProgress progress) {
    return Comparison.of(
        worlds.of(was),
        was,
        worlds.of(is),
        is,
        () -> new Budget(STEPS, STEPS_PER_QUESTION, () -> false),
        groups -> progress.step("progress.comparing", groups));
  }

  private static List<ChangeReport.Open> open(
      List<Resource> was, List<Resource> is, List<InputError> errors) {
    List<ChangeReport.Open> open = new ArrayList<>();
    for (List<Resource> side : List.of(was, is)) {
      Variants variants = Variants.among(side, List.of());
      side.stream()
          .filter(variants::include)
          .map(object -> object.kind().name() + " " + object.ref().path())
          .distinct()
          .forEach(name -> open.add(new ChangeReport.Open(ChangeReport.Reason.TWICE, name)));
    }
    errors.forEach(
        error -> open.add(new ChangeReport.Open(ChangeReport.Reason.UNREADABLE, error.file())));
    return open;
  }
}
