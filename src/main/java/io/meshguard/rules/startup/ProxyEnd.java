package io.meshguard.rules.startup;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether something may end the sidecar of a Pod when its program ends: a call of the agent's or
 * Envoy's way out, a wrapper that makes it, a signal, or a script that is not seen (istio
 * pilot/cmd/pilot-agent/status/server.go {@code handleQuit} @1.30.3).
 */
final class ProxyEnd {

  /** Kinds that are looked up: scripts, and controllers that end sidecars. */
  static final Set<Kind> READS = Set.of(Kind.CONFIG_MAP, Kind.DEPLOYMENT);

  /** Some scripts of a megabyte, which is more than a ConfigMap holds. */
  private static final long MOST_STEPS = 8_000_000;

  /** The way out of agent and Envoy, and programs and their settings that take it. */
  private static final List<String> SIGNS =
      List.of(
          "quitquitquit",
          "scuttle",
          "istio-supervisor",
          "envoy-preflight",
          "kubexit",
          "linkerd-await",
          "ISTIO_QUIT_API",
          "ENVOY_ADMIN_API");

  private static final String CONNECTIONS = "EXIT_ON_ZERO_ACTIVE_CONNECTIONS";

  /** Controllers that end the sidecars of Pods whose other containers have ended. */
  private static final List<String> CONTROLLERS =
      List.of("sidecar-terminator", "sidecar-killer", "hahaha");

  private static final String YES = "yes";

  private static final Index CONTROLLER =
      new Index("controllers-that-end-sidecars", Kind.DEPLOYMENT, ProxyEnd::controllers);

  private static final Set<String> SHELLS = Set.of("sh", "bash", "ash", "dash", "zsh", "ksh");

  private final Workload workload;
  private final Mesh mesh;
  private final WorkBudget budget = new WorkBudget(MOST_STEPS);
  private final boolean sharesProcesses;
  private boolean sign;
  private boolean connections;

  private ProxyEnd(Workload workload, Mesh mesh) {
    this.workload = workload;
    this.mesh = mesh;
    this.sharesProcesses = workload.template().spec().at("shareProcessNamespace").isTrue();
  }

  /** Reads the template of a workload and the scripts that it mounts. */
  static ProxyEnd of(Workload workload, Mesh mesh) {
    ProxyEnd end = new ProxyEnd(workload, mesh);
    end.read(workload.template().at().node());
    Set<String> scripts = end.readConfigMaps();
    end.sign |= end.runsUnseen(scripts) || !mesh.list(CONTROLLER, YES).items().isEmpty();
    return end;
  }

  /** Returns whether something may end the sidecar. */
  boolean mayBe() {
    return sign;
  }

  /** Returns whether the setting is there that is taken for an end, and is none. */
  boolean waitsForConnections() {
    return connections;
  }

  /** Returns whether there was too much to read. */
  boolean isCutShort() {
    return budget.isOver();
  }

  private void read(JsonNode tree) {
    Deque<JsonNode> open = new ArrayDeque<>();
    open.add(tree);
    while (!sign && !open.isEmpty()) {
      JsonNode node = open.pop();
      if (!budget.take(1 + node.size())) {
        return;
      }
      node.forEach(open::push);
      if (node.isTextual()) {
        read(node.textValue());
      }
    }
  }

  private void read(String text) {
    if (budget.take((long) text.length() * SIGNS.size())) {
      connections |= text.contains(CONNECTIONS);
      sign |= SIGNS.stream().anyMatch(text::contains) || (sharesProcesses && text.contains("kill"));
    }
  }

  /** Returns the ConfigMaps that are read, by name. */
  private Set<String> readConfigMaps() {
    Set<String> read = new HashSet<>();
    Set<String> asked = new HashSet<>();
    Deque<JsonNode> open = new ArrayDeque<>();
    open.add(workload.template().spec().node());
    while (!sign && !open.isEmpty()) {
      JsonNode node = open.pop();
      if (!budget.take(1 + node.size())) {
        return read;
      }
      node.forEach(open::push);
      for (String reference : List.of("configMap", "configMapRef", "configMapKeyRef")) {
        JsonNode name = node.path(reference).path("name");
        if (name.isTextual() && asked.add(name.textValue())) {
          mesh.find(Kind.CONFIG_MAP, workload.namespace(), name.textValue())
              .found()
              .ifPresent(
                  map -> {
                    read.add(map.name());
                    read(map.at("data").node());
                  });
        }
      }
    }
    return read;
  }

  /** Returns whether a container runs a file out of a volume whose text is not known. */
  private boolean runsUnseen(Set<String> known) {
    Map<String, Cursor> volumes = new HashMap<>();
    for (Cursor volume : workload.template().spec().at("volumes").each()) {
      volumes.putIfAbsent(volume.at("name").text(""), volume);
    }
    for (Cursor container : workload.template().containers()) {
      List<String> words = words(container);
      if (!words.isEmpty()) {
        for (Cursor mount : container.at("volumeMounts").each()) {
          Cursor volume = volumes.get(mount.at("name").text(""));
          boolean seen = volume != null && known.contains(volume.at("configMap", "name").text(""));
          if (!seen && runs(words, mount.at("mountPath").text(""))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean runs(List<String> words, String folder) {
    if (folder.isEmpty() || words.get(0).startsWith(folder)) {
      return true;
    }
    String program = words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
    if (SHELLS.contains(program)) {
      for (String word : words) {
        if (!budget.take(word.length()) || word.contains(folder)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<String> words(Cursor container) {
    List<String> words = new ArrayList<>();
    for (String list : List.of("command", "args")) {
      container.at(list).each().forEach(word -> words.add(word.text("")));
    }
    return words;
  }

  private static Set<String> controllers(Resource deployment) {
    Stream<String> images =
        PodTemplate.of(deployment).stream()
            .flatMap(template -> template.containers().stream())
            .map(container -> container.at("image").text(""));
    return Stream.concat(Stream.of(deployment.name()), images)
            .anyMatch(name -> CONTROLLERS.stream().anyMatch(name::contains))
        ? Set.of(YES)
        : Set.of();
  }
}
