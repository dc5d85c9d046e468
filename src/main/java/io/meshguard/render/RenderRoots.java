package io.meshguard.render;

import io.meshguard.files.Exclusions;
import io.meshguard.files.FileWalk;
import io.meshguard.files.SourceText;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What stands for a whole below some paths: kustomizations that no other one builds on, and charts
 * that are no part of another.
 *
 * @param kustomizations folders of kustomizations, absolute
 * @param charts folders of charts, absolute
 */
record RenderRoots(Set<Path> kustomizations, Set<Path> charts) {

  private static final String CHART = "Chart.yaml";

  /** Finds the roots; what cannot be read is none. */
  static RenderRoots below(List<String> paths, Exclusions exclusions) {
    Map<Path, Kustomization> found = new TreeMap<>();
    Set<Path> charts = new TreeSet<>();
    for (String path : paths) {
      Path start = Path.of(path).toAbsolutePath().normalize();
      if (Files.isDirectory(start)) {
        folders(start, exclusions).forEach(folder -> look(folder, found, charts));
      } else if (Kustomization.isOne(start) || start.endsWith(CHART)) {
        look(folder(start), found, charts);
      }
    }
    Set<Path> used = new TreeSet<>();
    found.values().forEach(one -> used.addAll(one.folders()));
    Set<Path> roots = new TreeSet<>();
    found.forEach(
        (folder, one) -> {
          if (!used.contains(folder) && !one.isComponent()) {
            roots.add(folder);
          }
        });
    Set<Path> whole = new TreeSet<>(charts);
    whole.removeIf(chart -> charts.stream().anyMatch(other -> isPart(chart, other)));
    whole.removeIf(RenderRoots::isLibrary);
    return new RenderRoots(roots, whole);
  }

  private static Set<Path> folders(Path start, Exclusions exclusions) {
    Set<Path> folders = new TreeSet<>(Set.of(start));
    try {
      FileWalk.walk(
          start,
          exclusions,
          new FileWalk.Gathering() {
            @Override
            public void file(Path file) {
              folders.add(folder(file.toAbsolutePath().normalize()));
            }

            @Override
            public void ignored() {}

            @Override
            public void unreadable(Path file, IOException cause) {}
          });
    } catch (IOException e) {
      // whoever reads the manifests below it says so
      return folders;
    }
    return folders;
  }

  private static void look(Path folder, Map<Path, Kustomization> found, Set<Path> charts) {
    Kustomization.in(folder).ifPresent(one -> found.put(folder, one));
    if (Files.isRegularFile(folder.resolve(CHART))) {
      charts.add(folder);
    }
  }

  private static Path folder(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  private static boolean isPart(Path chart, Path other) {
    return !chart.equals(other) && chart.startsWith(other);
  }

  private static boolean isLibrary(Path chart) {
    try {
      String text = SourceText.read(chart.resolve(CHART));
      return Cursor.root(YamlReader.readOne(text).tree()).at("type").is("library");
    } catch (IOException | YamlException | InvalidPathException e) {
      return false;
    }
  }
}
