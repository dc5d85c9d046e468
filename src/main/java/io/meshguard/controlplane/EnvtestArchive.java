package io.meshguard.controlplane;

import java.net.URI;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** One archive of the envtest index. */
record EnvtestArchive(String version, URI location, String sha512) {
  /** Returns the newest release of a line for a platform, pre-releases left out. */
  static Optional<EnvtestArchive> newest(String index, String line, Platform platform) {
    if (!(parse(index) instanceof Map<?, ?> root
        && root.get("releases") instanceof Map<?, ?> releases)) {
      return Optional.empty();
    }
    return releases.entrySet().stream()
        .filter(release -> Versions.isReleaseOf(line, String.valueOf(release.getKey())))
        .flatMap(
            release -> of(String.valueOf(release.getKey()), release.getValue(), platform).stream())
        .max(Comparator.comparing(archive -> Versions.patch(archive.version())));
  }

  private static Optional<EnvtestArchive> of(String version, Object archives, Platform platform) {
    String name = "envtest-" + version + "-" + platform.os() + "-" + platform.arch() + ".tar.gz";
    if (archives instanceof Map<?, ?> byName
        && byName.get(name) instanceof Map<?, ?> archive
        && archive.get("selfLink") instanceof String link
        && archive.get("hash") instanceof String hash) {
      return Optional.of(new EnvtestArchive(version, URI.create(link), hash));
    }
    return Optional.empty();
  }

  private static Object parse(String index) {
    try {
      return new Load(LoadSettings.builder().build()).loadFromString(index);
    } catch (YamlEngineException e) {
      return Map.of();
    }
  }
}
