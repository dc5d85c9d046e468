package io.meshguard.mesh;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import java.util.Optional;

/**
 * Files that a container sees and whose text is known: keys of ConfigMaps that are mounted.
 *
 * @param container the container
 * @param workload the workload that it belongs to
 * @param mesh where ConfigMaps are looked up
 */
record Scripts(Cursor container, Workload workload, Mesh mesh) {

  /** Returns the text of a file; empty where it is not known. */
  Optional<String> text(String path) {
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    for (Cursor mount : container.at("volumeMounts").each()) {
      String folder = mount.at("mountPath").text("");
      Optional<String> key =
          mount.at("subPath").text().isPresent() && folder.equals(path)
              ? mount.at("subPath").text()
              : below(folder, path);
      Optional<String> text =
          key.flatMap(name -> configMap(mount.at("name").text("")).flatMap(v -> text(v, name)));
      if (text.isPresent()) {
        return text;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> below(String folder, String path) {
    String prefix = folder.endsWith("/") ? folder : folder + "/";
    return !folder.isEmpty() && path.startsWith(prefix)
        ? Optional.of(path.substring(prefix.length()))
        : Optional.empty();
  }

  private Optional<Cursor> configMap(String volume) {
    return workload.template().spec().at("volumes").each().stream()
        .filter(candidate -> candidate.at("name").is(volume))
        .map(candidate -> candidate.at("configMap"))
        .filter(Cursor::isObject)
        .findFirst();
  }

  private Optional<String> text(Cursor source, String file) {
    String key =
        source.at("items").each().stream()
            .filter(item -> item.at("path").is(file))
            .flatMap(item -> item.at("key").text().stream())
            .findFirst()
            .orElse(file);
    return source
        .at("name")
        .text()
        .flatMap(name -> mesh.find(Kind.CONFIG_MAP, workload.namespace(), name).found())
        .flatMap(map -> map.at("data", key).text());
  }
}
