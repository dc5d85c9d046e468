package io.meshguard.render;

import io.meshguard.files.SourceText;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a kustomization names.
 *
 * @param file the file
 * @param folders other kustomizations that it builds on
 * @param resources files of objects
 * @param patches its patches, in order
 * @param isComponent whether it is only a part for others
 */
record Kustomization(
    Path file,
    Set<Path> folders,
    Set<Path> resources,
    List<PatchSource> patches,
    boolean isComponent) {

  private static final List<String> NAMES =
      List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

  private static final int MOST_STEPS = 1_000;

  /** Returns whether a file is a kustomization, by its name. */
  static boolean isOne(Path file) {
    return NAMES.contains(String.valueOf(file.getFileName()));
  }

  /** Returns the kustomization of a folder; one that cannot be read names nothing. */
  static Optional<Kustomization> in(Path folder) {
    return NAMES.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .map(file -> read(file, folder));
  }

  private static Kustomization read(Path file, Path folder) {
    Kustomization empty =
        new Kustomization(
            file, new LinkedHashSet<>(), new LinkedHashSet<>(), new ArrayList<>(), false);
    try {
      Cursor root = Cursor.root(YamlReader.readOne(SourceText.read(file)).tree());
      for (String list : List.of("resources", "bases", "components")) {
        for (Cursor item : root.at(list).each()) {
          empty.addResource(item.text(""), folder);
        }
      }
      for (Cursor item : root.at("patchesStrategicMerge").each()) {
        empty.addPatch(item, item, folder);
      }
      for (String list : List.of("patches", "patchesJson6902")) {
        for (Cursor item : root.at(list).each()) {
          empty.addPatch(item, item.at("path"), folder);
        }
      }
      return new Kustomization(
          file, empty.folders, empty.resources, empty.patches, root.at("kind").is("Component"));
    } catch (IOException | YamlException e) {
      return empty;
    }
  }

  /** A patch stands in a file, or as a text in the kustomization. */
  private void addPatch(Cursor item, Cursor path, Path folder) {
    Cursor target = item.at("target");
    String kind = target.at("kind").text("");
    String name = target.at("name").text("");
    String text = path.text("");
    Cursor inline = text.indexOf('\n') >= 0 ? path : item.at("patch");
    if (inline.text().isPresent()) {
      patches.add(new PatchSource(file, Optional.of(inline), kind, name));
      return;
    }
    List<Path> one = new ArrayList<>();
    add(text, folder, one);
    one.forEach(at -> patches.add(new PatchSource(at, Optional.empty(), kind, name)));
  }

  private void addResource(String name, Path folder) {
    List<Path> one = new ArrayList<>();
    add(name, folder, one);
    for (Path path : one) {
      if (Files.isDirectory(path)) {
        folders.add(path);
      } else {
        resources.add(path);
      }
    }
  }

  /** What stands elsewhere on the network, or in the kustomization itself, is no file. */
  private static void add(String name, Path folder, Collection<Path> to) {
    if (name.isEmpty() || name.indexOf('\n') >= 0) {
      return;
    }
    try {
      Path path = folder.resolve(name).normalize();
      if (Files.exists(path)) {
        to.add(path);
      }
    } catch (InvalidPathException e) {
      return;
    }
  }

  /** Returns this and all that it builds on, itself first. */
  List<Kustomization> all() {
    List<Kustomization> all = new ArrayList<>();
    Set<Path> seen = new LinkedHashSet<>();
    gather(this, all, seen);
    return all;
  }

  private static void gather(Kustomization one, List<Kustomization> all, Set<Path> seen) {
    if (all.size() >= MOST_STEPS || !seen.add(one.file)) {
      return;
    }
    all.add(one);
    for (Path folder : one.folders) {
      in(folder).ifPresent(next -> gather(next, all, seen));
    }
  }
}
