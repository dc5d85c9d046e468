package io.meshguard.process;

import io.meshguard.mesh.ConfigVolumes;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files that a container sees and whose text is known: keys of ConfigMaps that are mounted. Mounts
 * are found by their folders, since each command of a script may be such a file.
 */
final class Scripts {

  /** Longer paths, and deeper ones, are none that anybody mounts. */
  private static final int LONGEST_PATH = 4_096;

  private static final int MOST_FOLDERS = 64;

  private final ConfigVolumes volumes;
  private final WorkBudget budget;
  private final Map<String, List<Mount>> files = new HashMap<>();
  private final Map<String, List<Mount>> folders = new HashMap<>();
  private final Map<String, Optional<String>> known = new HashMap<>();

  /**
   * A mount.
   *
   * @param number its number among the mounts of the container, of which the first counts
   * @param key the one file that is mounted; empty for all of them
   */
  private record Mount(int number, String volume, Optional<String> key) {}

  Scripts(Cursor container, ConfigVolumes volumes, WorkBudget budget) {
    this.volumes = volumes;
    this.budget = budget;
    int number = 0;
    for (Cursor at : container.at("volumeMounts").each()) {
      String place = at.at("mountPath").text("");
      if (!place.isEmpty()) {
        Mount mount = new Mount(number++, at.at("name").text(""), at.at("subPath").text());
        String folder = place.endsWith("/") ? place : place + "/";
        if (mount.key().isPresent()) {
          files.computeIfAbsent(place, p -> new ArrayList<>()).add(mount);
        }
        folders.computeIfAbsent(folder, f -> new ArrayList<>()).add(mount);
      }
    }
  }

  /** Returns the text of a file; empty where it is not known. */
  Optional<String> text(String path) {
    boolean looked = path.startsWith("/") && path.length() <= LONGEST_PATH && !folders.isEmpty();
    return looked ? known.computeIfAbsent(path, this::find) : Optional.empty();
  }

  private Optional<String> find(String path) {
    Map<Integer, Mount> mounts = new TreeMap<>();
    Map<Integer, String> keys = new HashMap<>();
    int end = 0;
    for (int i = 0; i < MOST_FOLDERS && end >= 0; i++) {
      int start = end + 1;
      String rest = path.substring(start);
      candidates(folders.get(path.substring(0, start)), rest, mounts, keys);
      end = path.indexOf('/', start);
    }
    for (Mount file : files.getOrDefault(path, List.of())) {
      candidates(List.of(file), file.key().orElse(""), mounts, keys);
    }
    for (Mount mount : mounts.values()) {
      Optional<String> text = volumes.text(mount.volume(), keys.getOrDefault(mount.number(), ""));
      if (text.isPresent()) {
        return text;
      }
    }
    return Optional.empty();
  }

  private void candidates(
      @Nullable List<Mount> found,
      String key,
      Map<Integer, Mount> mounts,
      Map<Integer, String> keys) {
    if (found == null || !budget.take(found.size())) {
      return;
    }
    for (Mount mount : found) {
      mounts.put(mount.number(), mount);
      keys.put(mount.number(), key);
    }
  }
}
