package io.meshguard.rules.startup;

import io.meshguard.istio.ProxyConfigSchema;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys in the configuration of a proxy that no field stands for, or none in the versions of the
 * mesh.
 */
final class UnknownKeys {

  /** Levels that belong around the configuration, or nowhere. */
  private static final Set<String> WRAPPERS =
      Set.of("defaultConfig", "meshConfig", "proxyConfig", "spec");

  /** Settings of istiod, which no proxy reads. */
  private static final Set<String> OF_ISTIOD =
      Set.of("PILOT_HTTP10", "PILOT_TRACE_SAMPLING", "ENABLE_NATIVE_SIDECARS");

  private static final int MOST = 20;

  private final Versions istio;
  private final boolean managed;
  private final List<Unknown> found = new ArrayList<>();

  /** What is known of a key. */
  enum Hint {
    /** Nothing. */
    NONE,
    /** A field is named nearly so. */
    SPELLING,
    /** Another message has the field. */
    ELSEWHERE,
    /** The settings in it belong one level higher. */
    WRAPPER,
    /** It is an environment variable. */
    VARIABLE,
    /** It belongs to the mesh configuration around. */
    MESH,
    /** It is a setting of istiod. */
    ISTIOD,
    /** It is a field, and stands among environment variables. */
    IN_METADATA,
    /** Only newer or older versions have it. */
    VERSION
  }

  /**
   * A key that Istio ignores.
   *
   * @param at the place of its value
   * @param key the key with those around it
   * @param hint what is known of it
   * @param meant what that names; empty for nothing
   */
  record Unknown(Cursor at, String key, Hint hint, String meant) {}

  private UnknownKeys(Versions istio, boolean managed) {
    this.istio = istio;
    this.managed = managed;
  }

  /**
   * Returns the keys that are ignored, in order.
   *
   * @param managed whether the mesh may have fields of its own
   */
  static List<Unknown> of(Cursor config, Versions istio, boolean managed) {
    UnknownKeys keys = new UnknownKeys(istio, managed);
    keys.check("", "", config);
    return keys.found;
  }

  private void check(String path, String written, Cursor message) {
    Optional<Map<String, VersionRange>> fields = ProxyConfigSchema.fields(path);
    if (fields.isEmpty()) {
      return;
    }
    for (Cursor.Field field : message.fields()) {
      if (found.size() >= MOST) {
        return;
      }
      String name = camelCase(field.name());
      String shown = written + field.name();
      VersionRange since = fields.get().get(name);
      if (!field.value().isPresent() || isHold(field, path)) {
        continue;
      }
      if (since == null) {
        unknown(shown, path, field, fields.get(), message);
        continue;
      }
      if (istio.in(since) == Applicability.NOWHERE) {
        boolean gone = since.to().isPresent();
        String version =
            (gone ? since.to() : since.from()).map(v -> v.major() + "." + v.minor()).orElse("");
        found.add(new Unknown(field.value(), shown, Hint.VERSION, (gone ? "-" : "") + version));
        continue;
      }
      if (path.isEmpty() && name.equals("proxyMetadata")) {
        checkMetadata(field.value());
      } else {
        check(path.isEmpty() ? name : path + "." + name, shown + ".", field.value());
      }
    }
  }

  /** ineffective-hold speaks of everything that is meant to make applications wait. */
  private static boolean isHold(Cursor.Field field, String path) {
    String plain = field.name().replace("_", "").replace("-", "");
    boolean hold = plain.equalsIgnoreCase(ProxyConfigs.HOLD);
    return hold
        || (path.isEmpty()
            && WRAPPERS.contains(field.name())
            && field.value().fields().stream()
                .anyMatch(
                    inner ->
                        isHold(inner, "inner") || inner.value().at(ProxyConfigs.HOLD).isPresent()));
  }

  private void unknown(
      String shown,
      String path,
      Cursor.Field field,
      Map<String, VersionRange> fields,
      Cursor message) {
    String name = camelCase(field.name());
    boolean shouting =
        field.name().contains("_") && field.name().equals(field.name().toUpperCase(Locale.ROOT));
    Optional<String> near =
        Nearest.within(name.length() < 8 ? 1 : 2, name, fields.keySet())
            .filter(each -> message.at(each).isMissing());
    Optional<String> owner = ProxyConfigSchema.owner(name).filter(each -> !each.equals(path));
    if (path.isEmpty() && WRAPPERS.contains(name) && field.value().isObject()) {
      add(field, shown, Hint.WRAPPER, "");
    } else if (shouting || name.equals("environmentVariables")) {
      boolean istiod = OF_ISTIOD.contains(field.name());
      add(field, shown, istiod ? Hint.ISTIOD : Hint.VARIABLE, "proxyMetadata");
    } else if (path.isEmpty() && ProxyConfigSchema.isOfMesh(name)) {
      add(field, shown, Hint.MESH, "");
    } else if (near.isPresent()) {
      add(field, shown, Hint.SPELLING, near.get());
    } else if (owner.isPresent() && !name.equals("address") && !name.equals("value")) {
      add(field, shown, Hint.ELSEWHERE, owner.get());
    } else if (!managed && isComplete()) {
      add(field, shown, Hint.NONE, "");
    }
  }

  /** Returns whether no version is met that may have fields which are not known here. */
  private boolean isComplete() {
    return istio.in(ProxyConfigSchema.NEWER) == Applicability.NOWHERE;
  }

  private void add(Cursor.Field field, String shown, Hint hint, String meant) {
    found.add(new Unknown(field.value(), shown, hint, meant));
  }

  /** Anything may be an environment variable, but some names are meant otherwise. */
  private void checkMetadata(Cursor metadata) {
    Map<String, VersionRange> fields = ProxyConfigSchema.fields("").orElse(Map.of());
    for (Cursor.Field field : metadata.fields()) {
      if (found.size() >= MOST) {
        return;
      }
      String shown = "proxyMetadata." + field.name();
      // http10-client says it of its variable
      if (OF_ISTIOD.contains(field.name()) && !field.name().equals("PILOT_HTTP10")) {
        add(field, shown, Hint.ISTIOD, "");
      } else if (!isHold(field, "proxyMetadata") && fields.containsKey(field.name())) {
        add(field, shown, Hint.IN_METADATA, "");
      }
    }
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      boolean up = name.charAt(i) == '_' && i > 0 && i + 1 < name.length();
      camel.append(up ? Character.toUpperCase(name.charAt(++i)) : name.charAt(i));
    }
    return camel.toString();
  }
}
