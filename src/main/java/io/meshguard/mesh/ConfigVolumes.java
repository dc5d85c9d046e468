package io.meshguard.mesh;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The volumes of a workload that show keys of ConfigMaps as files. */
public final class ConfigVolumes {

  private final Workload workload;
  private final Mesh mesh;
  private final Map<String, Cursor> volumes = new HashMap<>();
  private final Map<String, Map<String, String>> keys = new HashMap<>();

  /** Makes one for the Pods of a workload. */
  public ConfigVolumes(Workload workload, Mesh mesh) {
    this.workload = workload;
    this.mesh = mesh;
    for (Cursor volume : workload.template().spec().at("volumes").each()) {
      Cursor source = volume.at("configMap");
      if (source.isObject()) {
        volume.at("name").text().ifPresent(name -> volumes.putIfAbsent(name, source));
      }
    }
  }

  /** Returns the text of a file of a volume; empty where it is not known. */
  public Optional<String> text(String volume, String file) {
    Cursor source = volumes.get(volume);
    if (source == null) {
      return Optional.empty();
    }
    String key = keys.computeIfAbsent(volume, v -> keysByPath(source)).getOrDefault(file, file);
    return source
        .at("name")
        .text()
        .flatMap(name -> mesh.find(Kind.CONFIG_MAP, workload.namespace(), name).found())
        .flatMap(map -> map.at("data", key).text());
  }

  private static Map<String, String> keysByPath(Cursor source) {
    Map<String, String> byPath = new HashMap<>();
    for (Cursor item : source.at("items").each()) {
      item.at("path")
          .text()
          .ifPresent(path -> item.at("key").text().ifPresent(key -> byPath.putIfAbsent(path, key)));
    }
    return byPath;
  }
}
