package io.meshguard.rules.startup;

import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.resource.Cursor;
import java.util.List;
import java.util.Optional;

/**
 * {@code holdApplicationUntilProxyStarts} where it looks at home and is not: one level too deep, in
 * other letters, or as a label or annotation of its own. Istio ignores keys that it does not know.
 *
 * @param key key of the message that says so
 * @param shown what stands there
 */
record MisplacedHold(String key, String shown) {

  /** Levels at which other files have the configuration of a proxy. */
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("defaultConfig"),
          List.of("meshConfig", "defaultConfig"),
          List.of("meshConfig"),
          List.of("spec"),
          List.of("proxyMetadata"),
          List.of("proxy_metadata"));

  /** Returns the mistake in the configuration of a proxy; empty where the setting is read. */
  static Optional<MisplacedHold> in(Cursor config) {
    if (!ProxyConfigText.field(config, ProxyConfigs.HOLD).isMissing()) {
      return Optional.empty();
    }
    for (List<String> level : LEVELS) {
      Cursor at = config.at(level.toArray(String[]::new));
      if (wants(ProxyConfigText.field(at, ProxyConfigs.HOLD))) {
        return Optional.of(new MisplacedHold("level", String.join(".", level)));
      }
    }
    return config.fields().stream()
        .filter(field -> isMeant(field.name()) && wants(field.value()))
        .findFirst()
        .map(field -> new MisplacedHold("spelling", field.name()));
  }

  /** Returns the labels and annotations of an object or template that are named so. */
  static List<Cursor.Field> namedSo(Cursor metadata) {
    return List.of("labels", "annotations").stream()
        .flatMap(part -> metadata.at(part).fields().stream())
        .filter(field -> isMeant(withoutPrefix(field.name())) && wants(field.value()))
        .toList();
  }

  private static String withoutPrefix(String key) {
    return key.substring(key.indexOf('/') + 1);
  }

  private static boolean isMeant(String name) {
    String plain = name.replace("_", "").replace("-", "");
    return plain.equalsIgnoreCase(ProxyConfigs.HOLD);
  }

  private static boolean wants(Cursor value) {
    return value.isTrue() || value.is("true");
  }
}
