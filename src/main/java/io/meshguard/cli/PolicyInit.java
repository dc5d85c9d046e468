package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Settings.Gitops;
import io.meshguard.engine.Verdict;
import io.meshguard.files.Manifests;
import io.meshguard.files.SourceText;
import io.meshguard.kube.ClusterReader;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Lint;
import io.meshguard.policy.Policy;
import io.meshguard.report.InputError;
import io.meshguard.report.ProductInfo;
import io.meshguard.report.RulePages;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
import picocli.CommandLine.Parameters;

/** Drafts a policy from what is found today. */
@Command(
    name = "init",
    description = {
      "Drafts a commented policy from what rules find today, in a cluster or in files: what nothing"
          + " has is denied, the rest is warned of, with exemptions to review.",
      "Under it nothing that is there today is denied."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard policy init -o policy.yaml",
      "  meshguard policy init --few 10 deploy/",
      "  kubectl -n meshguard create configmap meshguard-policy --from-file=policy.yaml",
      "",
      "Exit codes: 0 done, 2 wrong usage, the file exists, or an object could not be read."
    })
final class PolicyInit implements Callable<Integer> {

  private static final int EXEMPT_DAYS = 90;

  private final Console console;
  private final List<Rule> rules;

  @Mixin private ClusterAddress cluster = new ClusterAddress();

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH",
      description =
          "The objects: files, folders, or - for standard input. Default: those of a cluster.")
  private List<String> paths = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write the policy. Default: standard output.")
  private @Nullable String file;

  @Option(names = "--force", description = "Write over a file that exists.")
  private boolean force;

  @Option(
      names = "--few",
      paramLabel = "N",
      description = "Up to so many objects get an exemption to review each. Default: 5.")
  private int few = 5;

  @Option(
      names = "--meshguard-namespace",
      paramLabel = "NAME",
      description = "Namespace of Meshguard in the cluster. Default: meshguard.")
  private String own = "meshguard";

  PolicyInit(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  /** What was looked at, and what came of it. */
  private record Found(
      List<Resource> objects, List<Verdict> verdicts, String where, boolean whole) {}

  @Override
  public Integer call() {
    if (!paths.isEmpty() && (cluster.context != null || cluster.kubeconfig != null)) {
      throw new UnusableException("policy.bothSides");
    }
    if (file != null && !force && Files.exists(path(file))) {
      throw new UnusableException("init.exists", file);
    }
    ConsoleProgress progress = new ConsoleProgress(console);
    Found found = paths.isEmpty() ? live(progress) : files(progress);
    progress.end();
    String policy = policy(found);
    if (file == null) {
      console.out().print(policy);
    } else {
      write(path(file), policy);
    }
    return found.whole() ? ExitCode.CLEAN : ExitCode.UNUSABLE;
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UnusableException("of", name, SourceText.reason(e));
    }
  }

  private static void write(Path to, String policy) {
    try {
      Files.write(to, policy.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UnusableException("report.unwritten", to.toString(), SourceText.reason(e));
    }
  }

  private Policy warnings() {
    return new PolicyFile(rules.stream().map(Rule::info).toList(), console).defaults();
  }

  private Found live(ConsoleProgress progress) {
    Policy policy = warnings();
    try (KubernetesClient client = ClusterReader.client(Contexts.config(cluster))) {
      LiveObjects live =
          LiveObjects.read(
              new ClusterReader(client), rules, policy.general(), own, Optional.empty(), progress);
      FixedModes settings = new FixedModes(policy, Optional.of(Mode.WARN), Gitops.WARN);
      List<Verdict> verdicts = live.judge(rules, settings, console, progress);
      String where = console.say("init.cluster", live.objects().size());
      return new Found(live.objects(), verdicts, where, !live.tellUnread(console));
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }

  private Found files(ConsoleProgress progress) {
    Policy policy = warnings();
    Manifests given = Manifests.read(paths, "default", console.input(progress));
    CheckContext usual = CheckContext.of(policy, List.of(), List.of());
    CheckContext terms =
        new CheckContext(
            new FixedModes(policy, Optional.of(Mode.WARN), Gitops.WARN),
            usual.facts(),
            usual.docsUrl(),
            usual.istioAssumed());
    Lint lint = new Lint(new Engine(rules), terms, false, console.today());
    List<Verdict> verdicts = lint.judge(given.objects(), List.of(), progress);
    for (InputError error : given.errors()) {
      console.note(error.toString());
    }
    String where = console.say("init.files", given.objects().size());
    return new Found(given.objects(), verdicts, where, given.errors().isEmpty());
  }

  private String policy(Found found) {
    Map<Kind, Integer> kinds = new HashMap<>();
    found.objects().forEach(object -> kinds.merge(object.kind(), 1, Integer::sum));
    Map<String, Set<String>> bad = new TreeMap<>();
    for (Verdict verdict : found.verdicts()) {
      for (GradedFinding judged : verdict.judged()) {
        if (!judged.exempt()) {
          bad.computeIfAbsent(judged.finding().rule().id(), id -> new TreeSet<>())
              .add(pattern(verdict.object().ref()));
        }
      }
    }
    StringBuilder text = new StringBuilder();
    comment(text, "", console.say("init.head", ProductInfo.VERSION, console.today().toString()));
    comment(text, "", found.where());
    comment(text, "", console.say("init.order"));
    text.append("rules:\n");
    StringBuilder exemptions = new StringBuilder();
    for (Rule rule : rules) {
      RuleInfo info = rule.info();
      if (!info.linterOnly()) {
        Set<String> objects = bad.getOrDefault(info.id(), Set.of());
        long seen =
            kinds.entrySet().stream()
                .filter(kind -> info.isAbout(kind.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
        rule(info, seen, objects, text);
        if (!objects.isEmpty() && objects.size() <= few) {
          exemption(info, objects, exemptions);
        }
      }
    }
    if (!exemptions.isEmpty()) {
      text.append('\n');
      comment(text, "", console.say("init.exemptions"));
      text.append("# exemptions:\n").append(exemptions);
    }
    return text.toString();
  }

  private void rule(RuleInfo info, long seen, Set<String> bad, StringBuilder text) {
    Language language = console.language();
    RulePages.summary(info.id(), language).ifPresent(line -> comment(text, "  ", line));
    String mode = Mode.WARN.text();
    if (info.defaultMode() == Mode.OFF) {
      comment(text, "  ", console.say("init.off", seen, bad.size()));
      mode = "\"" + Mode.OFF.text() + "\"";
    } else if (seen == 0) {
      comment(text, "  ", console.say("init.untested"));
    } else if (bad.isEmpty()) {
      comment(text, "  ", console.say("init.clean", seen));
      mode = Mode.DENY.text();
    } else if (bad.size() <= few) {
      comment(text, "  ", console.say("init.few", seen, bad.size()));
    } else {
      comment(text, "  ", console.say("init.many", seen, bad.size()));
    }
    text.append("  ").append(info.id()).append(": ").append(mode).append("\n\n");
  }

  private void exemption(RuleInfo info, Set<String> objects, StringBuilder text) {
    String day = console.today().plusDays(EXEMPT_DAYS).toString();
    for (String object : objects) {
      text.append("#   - rules: [").append(info.id()).append("]\n");
      text.append("#     objects: [\"").append(object).append("\"]\n");
      text.append("#     reason: \"").append(console.say("init.reason")).append("\"\n");
      text.append("#     expires: ").append(day).append('\n');
    }
  }

  private static String pattern(ObjectRef ref) {
    return SafeText.escape(ref.kind().name() + "/" + ref.path()).replace("\"", "");
  }

  private static void comment(StringBuilder text, String indent, String words) {
    for (String line : SafeText.escape(words).split("\n", -1)) {
      text.append(indent).append("# ").append(line).append('\n');
    }
  }
}
