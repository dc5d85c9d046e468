package io.meshguard.cli;

import io.meshguard.mesh.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be said to {@code check} on a command line. */
final class CheckOptions {

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description =
          "Files, folders (searched for .yaml, .yml and .json), or - for standard input. Default:"
              + " what .meshguard.yaml says.")
  List<String> paths = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT[=FILE]",
      converter = Output.Converter.class,
      completionCandidates = Output.Words.class,
      description = Output.DESCRIPTION)
  List<Output> outputs = new ArrayList<>();

  @Option(
      names = "--excerpt",
      negatable = true,
      description =
          "In text, show the line of the file that a finding is about, without values that may be"
              + " secrets. Default: on a terminal only.")
  @Nullable Boolean excerpt;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The policy: the ConfigMap or its policy.yaml. Default: each rule's own mode.")
  @Nullable String policy;

  @Option(
      names = "--mesh",
      paramLabel = "PATH",
      description = "Objects that are only context: read but not checked. Repeatable.")
  List<String> meshPaths = new ArrayList<>();

  @Option(
      names = "--closed-world",
      description = "The given objects are the whole mesh: what is not among them does not exist.")
  boolean closedWorld;

  @Option(
      names = "--istio-version",
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description =
          "Version of Istio; repeatable for several revisions. Default: the newest known.")
  List<Version> istioVersions = new ArrayList<>();

  @Option(
      names = "--kubernetes-version",
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description = "Version of Kubernetes; repeatable. Default: not known.")
  List<Version> kubernetesVersions = new ArrayList<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace of objects without one. Default: default.")
  @Nullable String namespace;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration of the repository. Default: .meshguard.yaml beside the first path or in"
              + " a folder above, up to the root of the repository.")
  @Nullable String config;

  @Option(names = "--no-config", description = "Read no .meshguard.yaml.")
  boolean noConfig;

  @Option(
      names = "--render",
      description =
          "Render kustomizations (with kustomize or kubectl) and charts (with helm), and show findings"
              + " in the files that a person edits.")
  boolean render;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "Findings that are known: only others are reported and fail.")
  @Nullable String baseline;

  @Option(
      names = "--write-baseline",
      description =
          "Write all findings of now into the baseline, and end with 0. Default of --baseline then:"
              + " .meshguard-baseline.yaml.")
  boolean writeBaseline;

  @Option(
      names = "--changed-since",
      paramLabel = "REV",
      description =
          "Report only findings on objects that differ from a git revision, or from where the branch"
              + " left it. Everything else given is context.")
  @Nullable String changedSince;

  @Option(
      names = {"-v", "--verbose"},
      description = "List what is skipped, and which folders and files are meshes of their own.")
  boolean verbose;

  @Option(
      names = "--watch",
      description =
          "Check again whenever a file changes, until Ctrl-C, which ends it with 0. First what"
              + " changed, then what that may matter to.")
  boolean watch;

  @Option(
      names = "--fail-on",
      paramLabel = "LEVEL",
      description =
          "Exit with 1 on deny (the default), warn (any finding), fixable (a denial, or anything"
              + " with a fix), or never.")
  @Nullable FailOn failOn;

  @Option(
      names = "--fix",
      description =
          "Rewrite the files: apply safe fixes, and unsafe ones of rules whose mode is fix."
              + " Changes only the lines that it must.")
  boolean fix;

  @Option(names = "--diff", description = "Show what --fix would do, and write nothing.")
  boolean diff;

  @Option(
      names = "--follow-links",
      description =
          "With --fix or --diff: also rewrite files outside of the given folders, where symbolic"
              + " links lead to them.")
  boolean followLinks;

  @Option(
      names = "--unsafe-fixes",
      description = "With --fix or --diff: also apply fixes that change live behaviour.")
  boolean unsafeFixes;
}
