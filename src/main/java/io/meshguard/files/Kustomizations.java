package io.meshguard.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows which files kustomize uses as patches, which are incomplete objects that must not be
 * judged, and which it reads as resources.
 */
final class Kustomizations {

  private static final Set<String> NAMES =
      Set.of("kustomization.yaml", "kustomization.yml", "Kustomization");

  private final Map<Path, Listed> byDirectory = new HashMap<>();

  /** What a directory's kustomization lists. */
  private record Listed(Set<Path> patches, Set<Path> resources) {}

  static boolean isKustomization(Path file) {
    return NAMES.contains(String.valueOf(file.getFileName()));
  }

  /** Takes note of what a directory's kustomization lists, if it has one. */
  void learn(Path directory) {
    byDirectory.computeIfAbsent(directory, Kustomizations::listed);
  }

  /** Returns whether a kustomization that was learnt lists a file as a patch. */
  boolean isPatch(Path absolute) {
    return byDirectory.values().stream().anyMatch(listed -> listed.patches().contains(absolute));
  }

  /** Returns whether a kustomization that was learnt lists a file as a resource. */
  boolean isResource(Path absolute) {
    return byDirectory.values().stream().anyMatch(listed -> listed.resources().contains(absolute));
  }

  private static Listed listed(Path directory) {
    Listed listed = new Listed(new HashSet<>(), new HashSet<>());
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file)) {
        collect(file, directory, listed);
      }
    }
    return listed;
  }

  /** What cannot be read names no patches here; where it is itself given, it is reported. */
  private static void collect(Path file, Path directory, Listed listed) {
    Set<Path> patches = listed.patches();
    try {
      JsonNode tree = YamlReader.readOne(SourceText.read(file)).tree();
      Cursor root = Cursor.root(tree);
      for (String list : List.of("patches", "patchesJson6902", "replacements", "transformers")) {
        for (Cursor patch : root.at(list).each()) {
          add(patch.at("path").text(patch.text("")), directory, patches);
        }
      }
      for (Cursor resource : root.at("resources").each()) {
        add(resource.text(""), directory, listed.resources());
      }
      for (Cursor patch : root.at("patchesStrategicMerge").each()) {
        add(patch.text(""), directory, patches);
      }
    } catch (IOException | YamlException e) {
      return;
    }
  }

  /** A patch may also stand in the kustomization itself. */
  private static void add(String path, Path directory, Set<Path> listed) {
    if (path.isEmpty() || path.indexOf('\n') >= 0) {
      return;
    }
    try {
      listed.add(directory.resolve(path).normalize());
    } catch (InvalidPathException e) {
      return;
    }
  }
}
