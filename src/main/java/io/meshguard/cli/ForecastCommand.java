package io.meshguard.cli;

import io.meshguard.engine.Engine;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.files.Manifests;
import io.meshguard.istio.Namespaces;
import io.meshguard.istio.Releases;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Ignores;
import io.meshguard.lint.Lint;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.report.InputError;
import io.meshguard.report.Paint;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.upgrade.Release;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what an upgrade of Istio or Kubernetes changes for objects. */
@Command(
    name = "forecast",
    description = {
      "Shows what an upgrade of Istio or Kubernetes changes for objects that stay as they are:"
          + " findings that appear or vanish, and defaults that change.",
      "Reads files or a cluster; changes nothing."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard forecast --from 1.24 --to 1.27 k8s/",
      "  meshguard forecast --from 1.20 --to 1.29 -o markdown=ticket.md -o text k8s/",
      "  meshguard forecast --from 1.27 --to 1.29 --from-kubernetes 1.31 --to-kubernetes 1.33 k8s/",
      "  meshguard forecast --from 1.26.2 --to 1.28 --context prod",
      "",
      "Exit codes: 0 nothing changes, 1 something does, 2 wrong usage, or something cannot be read."
    })
final class ForecastCommand implements Callable<Integer> {

  /** Each minor on the way is judged; what is written by mistake must not make thousands. */
  private static final int MOST_MINOR = 99;

  private final Console console;
  private final List<Rule> rules;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description = "Files, folders (searched for .yaml, .yml and .json), or - for standard input.")
  private List<String> paths = new ArrayList<>();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description = "Version of Istio that runs now.")
  private Version from = Releases.NEWEST_ISTIO;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description = "Version of Istio that is to run. The same as --from: only Kubernetes changes.")
  private Version to = Releases.NEWEST_ISTIO;

  @Option(
      names = "--from-kubernetes",
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description = "Version of Kubernetes that runs now. Default: not known.")
  private @Nullable Version fromKubernetes;

  @Option(
      names = "--to-kubernetes",
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description = "Version of Kubernetes that is to run. Default: that of --from-kubernetes.")
  private @Nullable Version toKubernetes;

  @Mixin private ClusterAddress cluster = new ClusterAddress();

  @Option(
      names = "--mesh",
      paramLabel = "PATH",
      description = "Objects that are only context, such as an export of a cluster. Repeatable.")
  private List<String> meshPaths = new ArrayList<>();

  @Option(
      names = "--closed-world",
      description = "The given objects are the whole mesh: what is not among them does not exist.")
  private boolean closedWorld;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The policy: the ConfigMap or its policy.yaml. Default: each rule's own mode.")
  private @Nullable String policyFile;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace of objects without one. Default: default.")
  private String namespace = "default";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT[=FILE]",
      converter = ForecastFormat.Output.Converter.class,
      completionCandidates = ForecastFormat.Output.Words.class,
      description = Output.DESCRIPTION)
  private List<ForecastFormat.Output> outputs = new ArrayList<>();

  ForecastCommand(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    Release now = new Release(from, Optional.ofNullable(fromKubernetes));
    Release then =
        new Release(to, Optional.ofNullable(toKubernetes == null ? fromKubernetes : toKubernetes));
    require(now, then);
    List<ForecastFormat.Output> asked =
        outputs.isEmpty()
            ? List.of(new ForecastFormat.Output(ForecastFormat.TEXT, Optional.empty()))
            : outputs;
    if (asked.stream().filter(output -> output.file().isEmpty()).count() > 1) {
      throw new UnusableException("report.mixed");
    }
    Set<InputError> errors = new LinkedHashSet<>();
    boolean live = cluster.context != null || cluster.kubeconfig != null;
    Forecast forecast = live ? ofCluster(now, then, errors) : ofFiles(now, then, errors);
    boolean written = true;
    for (ForecastFormat.Output output : asked) {
      Paint paint = output.file().isEmpty() ? console.paint() : Paint.PLAIN;
      String text = output.format().write(forecast, console.language(), paint);
      if (output.file().isEmpty()) {
        console.out().print(text);
      } else {
        written &= ReportFiles.write(output.file().get(), text, console);
      }
    }
    errors.forEach(error -> console.note(error.toString()));
    if (!written || !errors.isEmpty()) {
      return ExitCode.UNUSABLE;
    }
    return forecast.isCalm() ? ExitCode.CLEAN : ExitCode.FINDINGS;
  }

  private void require(Release now, Release then) {
    for (Version version : List.of(from, to)) {
      Version newest = Releases.NEWEST_ISTIO;
      boolean newer =
          version.major() > newest.major()
              || (version.major() == newest.major() && version.minor() > newest.minor());
      if (newer) {
        throw new UnusableException(
            "forecast.newer", Release.shown(version), newest.major() + "." + newest.minor());
      }
      if (version.major() != newest.major()) {
        throw new UnusableException("forecast.unknown", Release.shown(version));
      }
    }
    if (to.isBefore(from)) {
      throw new UnusableException("forecast.back", Release.shown(from), Release.shown(to));
    }
    if (fromKubernetes == null && toKubernetes != null) {
      throw new UnusableException("forecast.kubernetes");
    }
    if (fromKubernetes != null && toKubernetes != null) {
      for (Version version : List.of(fromKubernetes, toKubernetes)) {
        if (version.major() != 1 || version.minor() > MOST_MINOR) {
          throw new UnusableException("forecast.unknown", Release.shown(version));
        }
      }
      if (toKubernetes.isBefore(fromKubernetes)) {
        throw new UnusableException(
            "forecast.back", Release.shown(fromKubernetes), Release.shown(toKubernetes));
      }
    }
    if (now.equals(then)) {
      throw new UnusableException("forecast.equal", now.toString());
    }
    if (paths.isEmpty() && cluster.context == null && cluster.kubeconfig == null) {
      throw new UnusableException("forecast.none");
    }
  }

  private Forecast ofFiles(Release now, Release then, Set<InputError> errors) {
    List<RuleInfo> infos = rules.stream().map(rule -> rule.info().inFiles()).toList();
    Policy policy =
        new PolicyFile(infos, console).policy(Optional.ofNullable(policyFile), console.language());
    ConsoleProgress progress = new ConsoleProgress(console);
    Manifests given = Manifests.read(paths, namespace, console.input(progress));
    Manifests around = Manifests.read(meshPaths, namespace, console.input(progress));
    errors.addAll(given.errors());
    errors.addAll(around.errors());
    if (given.objects().isEmpty() && errors.isEmpty()) {
      console.tell("notes.none");
    }
    Engine engine = new Engine(rules);
    CheckContext terms = CheckContext.of(policy, List.of(from), List.of());
    Ignores ignores = Ignores.of(given.texts(), given.objects());
    Forecast forecast =
        Forecast.of(
            now,
            then,
            (release, reviewer) -> {
              CheckContext at =
                  new CheckContext(
                      terms.settings(), release.in(terms.facts()), terms.docsUrl(), false);
              new Lint(engine, at, closedWorld, console.today())
                  .review(given.objects(), around.objects(), reviewer);
            },
            reviews -> ignores.apply(judge(engine, reviews, now.wayTo(then).size(), progress)));
    progress.end();
    return forecast;
  }

  private Forecast ofCluster(Release now, Release then, Set<InputError> errors) {
    WorldOptions options = new WorldOptions();
    options.context = cluster.context;
    options.kubeconfig = cluster.kubeconfig;
    options.meshPaths = meshPaths;
    options.policy = policyFile;
    options.namespace = namespace;
    options.istioVersions = List.of(from);
    World world = World.read(options, paths, rules, console);
    world.tell(console);
    errors.addAll(world.errors());
    Set<ObjectRef> own = world.objects().stream().map(Resource::ref).collect(Collectors.toSet());
    List<Resource> objects = new ArrayList<>(world.objects());
    world.around().stream()
        .filter(object -> object.origin().file().isEmpty() && !own.contains(object.ref()))
        .forEach(objects::add);
    Engine engine = new Engine(rules);
    ConsoleProgress progress = new ConsoleProgress(console);
    Forecast forecast =
        Forecast.of(
            now,
            then,
            (release, reviewer) -> {
              Mesh mesh = mesh(world, release.in(world.mesh().facts()));
              for (Resource object : objects) {
                Subject subject =
                    new Subject(
                        object, Namespaces.labels(object, mesh), Optional.empty(), console.today());
                reviewer.accept(
                    new Review(
                        Operation.LOOK,
                        subject,
                        Optional.empty(),
                        false,
                        mesh,
                        world.context().settings()));
              }
            },
            reviews ->
                Ignores.of(Map.of(), objects)
                    .apply(judge(engine, reviews, now.wayTo(then).size(), progress)));
    progress.end();
    return forecast;
  }

  private static Mesh mesh(World world, MeshFacts facts) {
    return new ObjectMesh(world.around(), kind -> world.mesh().list(kind).complete(), facts);
  }

  private static List<Verdict> judge(
      Engine engine, List<Review> reviews, int releases, ConsoleProgress progress) {
    List<Verdict> verdicts = new ArrayList<>(reviews.size());
    for (Review review : reviews) {
      progress.step("progress.checking", reviews.size() * releases);
      verdicts.add(engine.judge(review));
    }
    return verdicts;
  }
}
