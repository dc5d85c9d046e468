package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.export.Redactor;
import io.meshguard.files.SourceText;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.ClusterSnapshot;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Versions;
import io.meshguard.policy.Policy;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.YamlWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes what rules read of a mesh, for checks where the cluster cannot be reached. */
@Command(
    name = "export",
    description = {
      "Writes the objects that rules read in a cluster's mesh, for check --mesh.",
      "Leaves out Secrets, values of environment variables (except some switches of Istio),"
          + " arguments (except the cluster domain of Istio), and contents of ConfigMaps (except"
          + " the mesh configuration). Hides values of headers and of Envoy patches."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard mesh export -o mesh.yaml",
      "  meshguard check --mesh mesh.yaml deploy/",
      "",
      "Exit codes: 0 written, 2 wrong usage, or the cluster cannot be read."
    })
final class MeshExport implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write to. Default: standard output.")
  private @Nullable String file;

  MeshExport(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    try (KubernetesClient client = ClusterReader.client(Contexts.config(cluster))) {
      return export(new ClusterReader(client));
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }

  private int export(ClusterReader reader) {
    List<RuleInfo> infos = rules.stream().map(Rule::info).toList();
    Policy policy = new ClusterPolicy(infos, console, console.language()).policy(cluster, reader);
    Set<Kind> kinds = new LinkedHashSet<>();
    kinds.add(Kind.NAMESPACE);
    infos.forEach(info -> kinds.addAll(info.reads()));
    ConsoleProgress progress = new ConsoleProgress(console);
    ClusterSnapshot snapshot =
        reader.read(
            kinds,
            List.of(),
            policy.general(),
            (kind, all) -> progress.step("progress.listing", all));
    progress.end();
    Redactor trimmer = new Redactor(snapshot.facts().rootNamespaces());
    List<Resource> objects =
        snapshot.objects().stream()
            .sorted(
                Comparator.comparing((Resource object) -> object.kind().toString())
                    .thenComparing(object -> object.ref().path()))
            .flatMap(object -> trimmer.trim(object).stream())
            .toList();
    snapshot
        .unreadable()
        .forEach(
            one ->
                console.tell(
                    "export.left",
                    one.object().kind().plural() + " " + one.object().ref().path(),
                    ForeignText.of(one.reason())));
    String options = options(snapshot);
    StringBuilder text = new StringBuilder();
    text.append("# ").append(console.say("export.head", "FILE" + options + " PATH")).append('\n');
    YamlWriter yaml = new YamlWriter(false);
    objects.forEach(object -> text.append("---\n").append(yaml.write(object.tree())));
    write(text.toString());
    snapshot
        .unread()
        .forEach((kind, why) -> console.tell("export.left", kind.plural(), ForeignText.of(why)));
    String shown = file == null ? "FILE" : SafeText.escape(file);
    console.tell("export.done", objects.size(), shown + options);
    return ExitCode.CLEAN;
  }

  /** Returns what no object tells, as options of check. */
  private static String options(ClusterSnapshot snapshot) {
    MeshFacts facts = snapshot.facts();
    StringBuilder options = new StringBuilder();
    boolean whole = snapshot.unread().isEmpty() && snapshot.unreadable().isEmpty();
    if (whole && !facts.multiCluster()) {
      options.append(" --closed-world");
    }
    options.append(versions("--istio-version", facts.istio()));
    options.append(versions("--kubernetes-version", facts.kubernetes()));
    return options.toString();
  }

  private static String versions(String option, Versions versions) {
    return new TreeSet<>(versions.known())
        .stream().map(version -> " " + option + " " + version).collect(Collectors.joining());
  }

  private void write(String text) {
    if (file == null) {
      console.out().print(text);
      return;
    }
    try {
      Files.write(Path.of(file), text.getBytes(StandardCharsets.UTF_8));
    } catch (InvalidPathException e) {
      throw new UnusableException("of", "-o " + file, SourceText.reason(e));
    } catch (IOException e) {
      throw new UnusableException("of", "-o " + file, SourceText.reason(e));
    }
  }
}
