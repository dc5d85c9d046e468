package io.meshguard.rules.http10;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.process.NginxProxies;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The main file of nginx, where a volume of its own brings it. It stands around files that have no
 * http block, so what it sets counts for them.
 */
final class NginxMain {

  private final Resource parts;
  private final Mesh mesh;
  private final WorkBudget budget;
  private final Map<String, Boolean> known = new HashMap<>();

  /**
   * Makes a view of what stands around the files of a ConfigMap that are parts.
   *
   * @param budget for reading other ConfigMaps; where it ends, they may set the version
   */
  NginxMain(Resource parts, Mesh mesh, WorkBudget budget) {
    this.parts = parts;
    this.mesh = mesh;
    this.budget = budget;
  }

  /** Returns whether a main file that a workload mounts beside the parts may set the version. */
  boolean maySetVersion(Workload workload) {
    Set<String> volumes =
        workload.template().containers().stream()
            .flatMap(container -> container.at("volumeMounts").each().stream())
            .filter(mount -> isMain(mount.at("mountPath").text("")))
            .map(mount -> mount.at("name").text(""))
            .collect(Collectors.toSet());
    if (volumes.isEmpty()) {
      return false;
    }
    Map<String, Cursor> maps = new HashMap<>();
    for (Cursor volume : workload.template().spec().at("volumes").each()) {
      maps.putIfAbsent(volume.at("name").text(""), volume.at("configMap", "name"));
    }
    return volumes.stream()
        .map(volume -> Optional.ofNullable(maps.get(volume)).flatMap(Cursor::text))
        .anyMatch(name -> name.map(this::maySetVersion).orElse(true));
  }

  private static boolean isMain(String path) {
    String place = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return place.endsWith("/nginx.conf")
        || place.endsWith("/etc/nginx")
        || place.endsWith("/nginx/conf");
  }

  private boolean maySetVersion(String configMap) {
    return !configMap.equals(parts.name())
        && known.computeIfAbsent(
            configMap,
            name ->
                mesh.find(Kind.CONFIG_MAP, parts.namespace(), name)
                        .found()
                        .map(found -> new NginxProxies(found, budget).maySetVersion())
                        .orElse(true)
                    || budget.isOver());
  }
}
