package io.meshguard.cli;

import io.meshguard.policy.Policy;
import io.meshguard.report.InputError;
import io.meshguard.report.Outcome;
import io.meshguard.rule.Engine;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import io.meshguard.rule.Verdict;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks files without a cluster. */
@Command(
    name = "check",
    description = "Checks YAML and JSON manifests, without a cluster.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard check shop.yaml deploy/",
      "  kubectl kustomize overlays/prod | meshguard check -",
      "  meshguard check --mesh istio/ --closed-world --istio-version 1.24.3 deploy/",
      "",
      "Exit codes: 0 nothing to fail on, 1 findings, 2 wrong usage or unreadable input."
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
    ReportFiles reports = new ReportFiles(options.outputs, console);
    Language language = options.language == null ? console.language() : options.language;
    PolicyFile policies = new PolicyFile(rules.stream().map(Rule::info).toList(), console);
    Policy policy = policies.policy(Optional.ofNullable(options.policy), language);
    Terms terms = Terms.of(policy, options.istioVersions, options.kubernetesVersions);
    Progress progress = new Progress(console);
    Manifests given = Manifests.read(options.paths, options.namespace, console, progress);
    Manifests around = Manifests.read(options.meshPaths, options.namespace, console, progress);
    Lint lint = new Lint(new Engine(rules), terms, options.closedWorld, console.today());
    List<Verdict> verdicts = lint.judge(lint.reviews(given.objects(), around.objects()), progress);
    progress.end();

    Notes notes = new Notes(console);
    notes.left(given);
    notes.twice(given.objects());
    notes.verdicts(verdicts, language);
    if (terms.istioAssumed() && reports.forPeople()) {
      notes.assumedIstio(rules, given.objects());
    }
    Set<InputError> errors = new LinkedHashSet<>(given.errors());
    errors.addAll(around.errors());
    Outcome outcome = new Outcome(verdicts, List.copyOf(errors), terms.docsUrl());
    boolean written = reports.write(outcome, language);
    return written ? exitCode(outcome) : ExitCode.UNUSABLE;
  }

  private int exitCode(Outcome outcome) {
    if (!outcome.errors().isEmpty()) {
      return ExitCode.UNUSABLE;
    }
    boolean fails = outcome.findings().stream().anyMatch(options.failOn::fails);
    return fails ? ExitCode.FINDINGS : ExitCode.CLEAN;
  }
}
