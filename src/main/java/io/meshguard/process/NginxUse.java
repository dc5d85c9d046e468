package io.meshguard.process;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which workloads mount a ConfigMap, and what nginx they run. */
public final class NginxUse {

  /** Since 1.29.7 nginx proxies at HTTP/1.1 where nothing else is set. */
  private static final Version HTTP11_BY_DEFAULT = Version.of("1.29.7");

  /** The series that ended with it. */
  private static final Version LAST_SERIES = Version.of("1.29.0");

  private static final Set<String> OFFICIAL =
      Set.of("nginx", "nginx-unprivileged", "openresty", "tengine");

  /** Of these, images whose tags with fewer than three numbers follow the releases of nginx. */
  private static final Set<String> MOVING = Set.of("nginx", "nginx-unprivileged");

  private static final List<Index> BY_CONFIG_MAP =
      PodTemplate.WORKLOADS.stream()
          .map(kind -> new Index("mounts-of-" + kind.plural(), kind, NginxUse::mounted))
          .toList();

  private NginxUse() {}

  /**
   * Workloads that mount a ConfigMap.
   *
   * @param workloads those that are known
   * @param complete whether there are no others
   * @param neighbours whether workloads of the same namespace are known
   */
  public record Users(List<Workload> workloads, boolean complete, boolean neighbours) {

    /** Returns whether others may mount it: where its neighbours are given, a user would be too. */
    public boolean mayBeMore() {
      return !complete && !(workloads.isEmpty() && neighbours);
    }
  }

  /** Returns who mounts a ConfigMap. */
  public static Users of(Resource configMap, Mesh mesh) {
    List<Workload> users = new ArrayList<>();
    boolean complete = true;
    for (Index index : BY_CONFIG_MAP) {
      Listing listing = mesh.list(index, key(configMap.namespace(), configMap.name()));
      complete &= listing.complete();
      listing.items().forEach(item -> Workload.of(item).ifPresent(users::add));
    }
    boolean neighbours =
        PodTemplate.WORKLOADS.stream()
            .anyMatch(kind -> !mesh.list(kind, configMap.namespace()).items().isEmpty());
    return new Users(users, complete, neighbours);
  }

  /** Returns whether a workload runs nginx, other than as an ingress controller. */
  public static boolean runsNginx(Workload workload) {
    return defaultsToHttp10(workload).isPresent();
  }

  /**
   * Returns whether a workload runs an nginx that proxies at HTTP/1.0 where nothing else is set;
   * empty where it runs no nginx.
   */
  public static Optional<Boolean> defaultsToHttp10(Workload workload) {
    for (Cursor container : workload.template().containers()) {
      String image = container.at("image").text("");
      String name = name(image).toLowerCase(Locale.ROOT);
      boolean controller = image.contains("ingress");
      boolean byPath =
          container.at("volumeMounts").each().stream()
              .anyMatch(mount -> mount.at("mountPath").text("").contains("nginx"));
      boolean byName = name.contains("nginx") || OFFICIAL.contains(name);
      if (!controller && (byName || byPath)) {
        return Optional.of(!(OFFICIAL.contains(name) && mayBeRecent(name, tag(image))));
      }
    }
    return Optional.empty();
  }

  private static boolean mayBeRecent(String name, String tag) {
    Optional<Version> version = Version.parse(tag);
    int numbers = numbers(tag);
    if (MOVING.contains(name) && numbers < 3) {
      return numbers < 2 || version.filter(v -> v.isBefore(LAST_SERIES)).isEmpty();
    }
    return version.filter(v -> !v.isBefore(HTTP11_BY_DEFAULT)).isPresent();
  }

  /** Returns of how many numbers the version is that a tag begins with. */
  private static int numbers(String tag) {
    int numbers = 0;
    for (int i = 0; i < tag.length() && (isDigit(tag.charAt(i)) || tag.charAt(i) == '.'); i++) {
      boolean first = i == 0 || tag.charAt(i - 1) == '.';
      numbers += first && isDigit(tag.charAt(i)) ? 1 : 0;
    }
    return numbers;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static Set<String> mounted(Resource resource) {
    Set<String> keys = new HashSet<>();
    PodTemplate.of(resource).stream()
        .flatMap(template -> template.spec().at("volumes").each().stream())
        .forEach(volume -> addNames(volume, resource.namespace(), keys));
    return keys;
  }

  private static void addNames(Cursor volume, String namespace, Set<String> keys) {
    volume.at("configMap", "name").text().ifPresent(name -> keys.add(key(namespace, name)));
    for (Cursor source : volume.at("projected", "sources").each()) {
      source.at("configMap", "name").text().ifPresent(name -> keys.add(key(namespace, name)));
    }
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  /** Returns the last part of the name of an image, without tag and digest. */
  public static String name(String image) {
    String path = image.substring(image.lastIndexOf('/') + 1);
    int end = path.indexOf('@') >= 0 ? path.indexOf('@') : path.length();
    int colon = path.indexOf(':');
    return path.substring(0, colon >= 0 && colon < end ? colon : end);
  }

  private static String tag(String image) {
    String path = image.substring(image.lastIndexOf('/') + 1);
    int end = path.indexOf('@') >= 0 ? path.indexOf('@') : path.length();
    int colon = path.indexOf(':');
    return colon < 0 || colon > end ? "" : path.substring(colon + 1, end);
  }

  /** Returns the kinds of workloads that may mount a ConfigMap. */
  public static Set<Kind> reads() {
    return PodTemplate.WORKLOADS;
  }
}
