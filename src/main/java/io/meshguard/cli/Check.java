package io.meshguard.cli;

import io.meshguard.engine.Engine;
import io.meshguard.engine.Verdict;
import io.meshguard.policy.Policy;
import io.meshguard.report.CheckReport;
import io.meshguard.report.InputError;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
      "",
      "Exit codes: 0 nothing to fail on, 1 findings, 2 wrong usage, or something cannot be read or"
          + " written, 70 internal error or too little memory."
    })
final class Check implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Mixin private CheckOptions options = new CheckOptions();

  Check(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    ReportFiles reports = new ReportFiles(options, console);
    Language language = console.language();
    PolicyFile policies =
        new PolicyFile(rules.stream().map(rule -> rule.info().inFiles()).toList(), console);
    Policy policy = policies.policy(Optional.ofNullable(options.policy), language);
    CheckContext terms = CheckContext.of(policy, options.istioVersions, options.kubernetesVersions);
    Progress progress = new Progress(console);
    Manifests given = Manifests.read(options.paths, options.namespace, console, progress);
    Manifests around = Manifests.read(options.meshPaths, options.namespace, console, progress);
    Lint lint = new Lint(new Engine(rules), terms, options.closedWorld, console.today());

    Set<InputError> errors = new LinkedHashSet<>(given.errors());
    errors.addAll(around.errors());
    List<Resource> objects = given.objects();
    if (options.fix || options.diff) {
      objects = mend(given, around, lint, reports, language, errors, progress);
    }
    List<Verdict> verdicts = lint.judge(lint.reviews(objects, around.objects()), progress);
    progress.end();

    Notes notes = new Notes(console);
    notes.left(given);
    notes.twice(objects);
    notes.verdicts(verdicts, language);
    notes.undiscovered(verdicts);
    if (terms.istioAssumed() && reports.forPeople()) {
      notes.assumedIstio(rules, objects);
    }
    CheckReport outcome = new CheckReport(verdicts, List.copyOf(errors), terms.docsUrl());
    boolean written = reports.write(outcome, language);
    return written ? exitCode(outcome) : ExitCode.UNUSABLE;
  }

  /** Fixes files, or shows what would be fixed, and returns the objects as they are then. */
  private List<Resource> mend(
      Manifests given,
      Manifests around,
      Lint lint,
      ReportFiles reports,
      Language language,
      Set<InputError> errors,
      Progress progress) {
    Set<String> untouchable =
        given.errors().stream().map(InputError::file).collect(Collectors.toSet());
    List<String> linked = given.outside().stream().map(Path::toString).toList();
    if (!options.followLinks) {
      untouchable.addAll(linked);
    }
    FixedTexts fixed =
        new FixedTexts(lint, options.namespace, options.unsafeFixes, given.texts(), console);
    fixed.fix(around.objects(), untouchable, progress);
    progress.end();
    FixReport report = new FixReport(console, language);
    if (!options.followLinks) {
      report.linked(linked);
    }
    if (options.diff) {
      report.diff(given.texts(), fixed.texts());
      report.wouldBeDone(fixed.done());
      report.refused(fixed.refusals());
      if (!reports.forPeople()) {
        errors.forEach(error -> console.note(error.toString()));
      }
      return given.objects();
    }
    given.texts().forEach((file, before) -> write(file, before, fixed, errors));
    report.done(fixed.done(), reports.textOnOutput() ? console.out() : console.err());
    report.refused(fixed.refusals());
    return Manifests.objects(fixed.texts(), options.namespace, console);
  }

  private void write(Path file, String before, FixedTexts fixed, Set<InputError> errors) {
    String after = fixed.texts().getOrDefault(file, before);
    if (after.equals(before)) {
      return;
    }
    try {
      AtomicFile.replace(file, before, after);
    } catch (IOException e) {
      fixed.takeBack(file, before);
      String message = console.say("unwritable", SourceText.reason(e));
      errors.add(new InputError(file.toString(), Optional.empty(), message));
    }
  }

  private int exitCode(CheckReport outcome) {
    if (!outcome.errors().isEmpty()) {
      return ExitCode.UNUSABLE;
    }
    boolean fails = outcome.findings().stream().anyMatch(options.failOn::fails);
    return fails ? ExitCode.FINDINGS : ExitCode.CLEAN;
  }
}
