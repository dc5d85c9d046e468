package io.meshguard.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.meshguard.files.SourceText;
import io.meshguard.kube.ClientKey;
import io.meshguard.resource.Cursor;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Message;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The clusters that a kubeconfig names. */
final class Contexts {

  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 10_000;

  /** Environment variables that say where the API server is. */
  private static final List<String> CLUSTER_GIVEN =
      List.of("KUBERNETES_SERVICE_HOST", "KUBERNETES_MASTER");

  private final Optional<Path> file;
  private final List<String> names = new ArrayList<>();
  private String current = "";

  private Contexts(Optional<Path> file) {
    this.file = file;
  }

  /** Returns how to reach the cluster that options name. */
  static Config config(ClusterAddress address) {
    Contexts known = read(Optional.ofNullable(address.kubeconfig));
    return known.config(
        known.chosen(address.context == null ? List.of() : List.of(address.context)).get(0));
  }

  /** Reads a kubeconfig file, or those that KUBECONFIG and the home directory give. */
  static Contexts read(Optional<Path> file) {
    Contexts contexts = new Contexts(file);
    if (file.isPresent()) {
      contexts.add(file.get());
    } else {
      for (String name : Config.getKubeconfigFilenames()) {
        if (new File(name).isFile()) {
          contexts.add(Path.of(name));
        }
      }
    }
    return contexts;
  }

  /** Returns the names of all contexts, in file order. */
  List<String> all() {
    return List.copyOf(names);
  }

  /** Returns the named contexts, or the current one where none is named. */
  List<String> chosen(List<String> wanted) {
    if (wanted.isEmpty()) {
      return List.of(chosenByDefault());
    }
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new UnusableException("context.none", name, String.join(", ", names));
      }
    }
    return wanted;
  }

  /** Without a kubeconfig, what a Pod is given by its cluster counts. */
  private String chosenByDefault() {
    if (current.isEmpty() && !names.isEmpty()) {
      throw new UnusableException("context.unset", String.join(", ", names));
    }
    boolean reachable =
        file.isPresent() || CLUSTER_GIVEN.stream().anyMatch(System.getenv()::containsKey);
    if (names.isEmpty() && !reachable) {
      throw new UnusableException("kubeconfig.none");
    }
    return current;
  }

  /** Returns how to reach the cluster of a context, with short deadlines and no second try. */
  Config config(String context) {
    String name = context.isEmpty() ? null : context;
    Config found =
        file.isPresent()
            ? Config.fromKubeconfig(name, file.get().toFile())
            : Config.autoConfigure(name);
    try {
      ClientKey.tell(found);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableException("context.key", context, reason(e));
    }
    return new ConfigBuilder(found)
        .withConnectionTimeout(CONNECT_MILLIS)
        .withRequestTimeout(ANSWER_MILLIS)
        .withRequestRetryBackoffLimit(0)
        .build();
  }

  private static Message reason(Exception cause) {
    return cause instanceof IOException failed
        ? SourceText.reason(failed)
        : ForeignText.of(String.valueOf(cause.getMessage()));
  }

  private void add(Path kubeconfig) {
    try {
      String text = Files.readString(kubeconfig, StandardCharsets.UTF_8);
      Cursor root = Cursor.root(YamlReader.readOne(text).tree());
      root.at("contexts").each().forEach(context -> names.add(context.at("name").text("")));
      if (current.isEmpty()) {
        current = root.at("current-context").text("");
      }
    } catch (IOException | YamlException e) {
      throw new UnusableException("kubeconfig.unreadable", kubeconfig.toString(), reason(e));
    }
  }
}
