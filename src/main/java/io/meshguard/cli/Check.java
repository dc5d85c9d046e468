package io.meshguard.cli;

import io.meshguard.engine.Engine;
import io.meshguard.engine.Verdict;
import io.meshguard.files.FileCache;
import io.meshguard.files.Input;
import io.meshguard.files.Sources;
import io.meshguard.lint.Ignores;
import io.meshguard.lint.Verdicts;
import io.meshguard.policy.Policy;
import io.meshguard.report.CheckReport;
import io.meshguard.report.InputError;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Rule;
import io.meshguard.rule.SafeText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks files without a cluster, and mends them where that is asked for. */
@Command(
    name = "check",
    addMethodSubcommands = false,
    description = "Checks YAML and JSON manifests, without a cluster.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard check shop.yaml deploy/",
      "  kubectl kustomize overlays/prod | meshguard check -",
      "  meshguard check --diff deploy/",
      "  meshguard check --fix --policy policy.yaml deploy/",
      "  meshguard check --mesh istio/ --closed-world --istio-version 1.24.3 deploy/",
      "  meshguard check --changed-since origin/main deploy/",
      "  meshguard check --write-baseline deploy/",
      "  meshguard check --watch deploy/",
      "",
      "Exit codes: 0 nothing to fail on, 1 findings, 2 wrong usage, or something cannot be read or"
          + " written, 70 internal error or too little memory."
    })
final class Check implements Callable<Integer> {

  private final Console asked;
  private final List<Rule> rules;
  private final PolicyFile.Known known = new PolicyFile.Known();

  @Mixin private CheckOptions options = new CheckOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  Check(Console console, List<Rule> rules) {
    this.asked = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    return options.watch
        ? watch()
        : check(asked, new FileCache(), CheckScope::judge, new ArrayList<>());
  }

  private int watch() {
    boolean changes = options.fix || options.diff || options.writeBaseline;
    if (changes || options.changedSince != null || options.paths.contains(Sources.STDIN)) {
      throw new UnusableException("watch.with");
    }
    List<Path> written =
        options.outputs.stream().flatMap(output -> output.file().stream()).map(Path::of).toList();
    return new CheckWatch(asked, rules, written)
        .run(
            (to, cache, judging) -> {
              List<Path> watched = new ArrayList<>(candidates());
              try {
                check(to, cache, judging, watched);
              } catch (UnusableException e) {
                // a configuration that somebody is writing; the next look may find it whole
                Console speaking = e.language().map(to::speaking).orElse(to);
                speaking.note(SafeText.escape(speaking.say(e.reason())));
              }
              return watched;
            });
  }

  /** Returns what is watched whatever the configuration says. */
  private List<Path> candidates() {
    List<Path> all = new ArrayList<>();
    options.paths.forEach(path -> all.add(Path.of(path)));
    if (options.config != null) {
      all.add(Path.of(options.config));
    } else if (!options.noConfig) {
      all.addAll(ConfigFile.candidates(options.paths));
    }
    return all;
  }

  /**
   * Checks once.
   *
   * @param watched takes everything on which the outcome depends
   */
  private int check(Console asking, FileCache cache, Judging judging, List<Path> watched) {
    CheckSettings settings = settings(asking);
    Console console = LanguageChoice.console(asking, spec, settings.file());
    try {
      watched.addAll(settings.sources());
      return check(settings, console, cache, judging);
    } catch (UnusableException e) {
      throw e.in(console.language());
    }
  }

  private int check(CheckSettings settings, Console console, FileCache cache, Judging judging) {
    ReportFiles reports = new ReportFiles(options, console);
    Optional<CheckBaseline> baseline = CheckBaseline.of(settings, options.writeBaseline, console);
    PolicyFile policies =
        new PolicyFile(rules.stream().map(rule -> rule.info().inFiles()).toList(), console, known);
    Policy policy = policies.policy(settings.policy(), console.language());
    ConsoleProgress progress = new ConsoleProgress(console);
    CheckScopes scopes = read(settings, policy, console, console.input(progress).with(cache));
    Predicate<Resource> selected = selected(settings);

    Set<InputError> errors = new LinkedHashSet<>(scopes.errors());
    FixRun fixes = new FixRun(options, scopes, selected, console, progress);
    if (options.fix || options.diff) {
      fixes.run(reports, errors);
    }
    if (options.fix && !options.diff) {
      scopes = read(settings, policy, console, console.input(progress));
      errors.addAll(scopes.errors());
    }
    List<Verdict> judged = new ArrayList<>();
    List<Resource> objects = new ArrayList<>();
    for (CheckScope scope : scopes.all()) {
      objects.addAll(scope.given().objects());
      judged.addAll(judging.judge(scope, scope.given().objects(), selected, progress));
    }
    progress.end();

    Ignores ignores = Ignores.of(fixes.texts(), objects);
    List<Verdict> verdicts = ignores.apply(Verdicts.merged(judged));
    Set<String> files = wholeFiles(verdicts, objects);
    if (baseline.isPresent()) {
      verdicts = baseline.get().apply(verdicts, files);
    }
    CheckReport outcome =
        new CheckReport(verdicts, List.copyOf(errors), policy.general().docsUrl())
            .withTexts(fixes.texts());
    new CheckNotes(console, rules, options.verbose)
        .tell(scopes, verdicts, ignores, files, reports.forPeople());
    boolean written = reports.write(outcome, console.language());
    if (options.writeBaseline && errors.isEmpty()) {
      return written ? ExitCode.CLEAN : ExitCode.UNUSABLE;
    }
    return written ? exitCode(outcome, settings.failOn()) : ExitCode.UNUSABLE;
  }

  private CheckScopes read(CheckSettings settings, Policy policy, Console console, Input input) {
    return CheckScopes.read(settings, policy, new Engine(rules), console, input);
  }

  private CheckSettings settings(Console asking) {
    if (options.noConfig && options.config != null) {
      throw new UnusableException("config.both");
    }
    ConfigFile file =
        options.noConfig
            ? ConfigFile.none()
            : ConfigFile.find(options.config, options.paths, asking);
    if (options.paths.isEmpty() && file.file().isEmpty()) {
      throw new UnusableException("config.none");
    }
    if (options.writeBaseline && (options.changedSince != null || options.fix || options.diff)) {
      throw new UnusableException("baseline.partial");
    }
    return new CheckSettings(options, file);
  }

  private Predicate<Resource> selected(CheckSettings settings) {
    if (options.changedSince == null) {
      return object -> true;
    }
    Path at = Path.of(settings.paths().get(0));
    return ChangedObjects.since(options.changedSince, at, settings.namespace())::include;
  }

  /** Returns the files of which every object was judged. */
  private static Set<String> wholeFiles(List<Verdict> verdicts, List<Resource> objects) {
    Set<Resource> judged = Collections.newSetFromMap(new IdentityHashMap<>());
    verdicts.forEach(verdict -> judged.add(verdict.object()));
    Set<String> parts =
        objects.stream()
            .filter(object -> !judged.contains(object))
            .map(object -> object.origin().file())
            .collect(Collectors.toSet());
    return verdicts.stream()
        .map(verdict -> verdict.object().origin().file())
        .filter(file -> !parts.contains(file))
        .collect(Collectors.toSet());
  }

  private static int exitCode(CheckReport outcome, FailOn failOn) {
    if (!outcome.errors().isEmpty()) {
      return ExitCode.UNUSABLE;
    }
    boolean fails = outcome.findings().stream().anyMatch(failOn::fails);
    return fails ? ExitCode.FINDINGS : ExitCode.CLEAN;
  }
}
