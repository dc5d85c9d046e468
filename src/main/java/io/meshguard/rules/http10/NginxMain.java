package io.meshguard.rules.http10;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Optional;

/**
 * The main file of nginx, where a volume of its own brings it. It stands around files that have no
 * http block, so what it sets counts for them.
 */
final class NginxMain {

  private NginxMain() {}

  /** Returns whether a main file beside the parts that a ConfigMap holds may set the version. */
  static boolean maySetVersion(Workload workload, Resource parts, Mesh mesh) {
    return NginxProxies.areParts(parts)
        && workload.template().containers().stream()
            .flatMap(container -> container.at("volumeMounts").each().stream())
            .filter(mount -> isMain(mount.at("mountPath").text("")))
            .map(mount -> mount.at("name").text(""))
            .anyMatch(volume -> maySetVersion(volume, workload, parts, mesh));
  }

  private static boolean isMain(String path) {
    String place = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return place.endsWith("/nginx.conf")
        || place.endsWith("/etc/nginx")
        || place.endsWith("/nginx/conf");
  }

  private static boolean maySetVersion(
      String volume, Workload workload, Resource parts, Mesh mesh) {
    Optional<String> map =
        workload.template().spec().at("volumes").each().stream()
            .filter(candidate -> candidate.at("name").is(volume))
            .map(candidate -> candidate.at("configMap", "name"))
            .findFirst()
            .flatMap(Cursor::text);
    if (map.filter(parts.name()::equals).isPresent()) {
      return false;
    }
    return map.flatMap(name -> mesh.find(Kind.CONFIG_MAP, parts.namespace(), name).found())
        .map(NginxProxies::maySetVersion)
        .orElse(true);
  }
}
