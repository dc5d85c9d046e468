package io.meshguard.istio;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One entry of an EnvoyFilter's {@code configPatches}. Its {@code patch.value} is JSON for a
 * protocol buffer message, in which every field may be written in snake_case or in camelCase.
 *
 * @param at the entry
 */
public record EnvoyPatch(Cursor at) {

  /** What the type name of the HTTP connection manager contains in every generation. */
  private static final String CONNECTION_MANAGER = "http_connection_manager.";

  private static final int LONGEST_GUARD = 1_000;

  /** A counted repetition is written out when it is compiled: a thousand times what it repeats. */
  private static final int LONGEST_REPEATING_GUARD = 60;

  /** Letters of all keys on the way down to a message after which nobody meant one. */
  private static final int LONGEST_WAY = 4_000;

  /** Returns the entries of an EnvoyFilter, in order. */
  public static List<EnvoyPatch> of(Resource envoyFilter) {
    return envoyFilter.at("spec", "configPatches").each().stream().map(EnvoyPatch::new).toList();
  }

  /** Returns what is patched, for example {@code NETWORK_FILTER}; empty where it is not said. */
  public String applyTo() {
    return at.at("applyTo").text("");
  }

  /** Returns the place of the operation, for example {@code MERGE}. */
  public Cursor operation() {
    return at.at("patch", "operation");
  }

  /** Returns the place of the configuration that is merged or added. */
  public Cursor value() {
    return at.at("patch", "value");
  }

  /** Returns the place of the listener name that limits the patch. */
  public Cursor listenerName() {
    return at.at("match", "listener", "name");
  }

  /** Returns the place of the network filter's name that limits the patch. */
  public Cursor filterName() {
    return at.at("match", "listener", "filterChain", "filter", "name");
  }

  /** Returns the place of the HTTP filter's name that limits the patch. */
  public Cursor subFilterName() {
    return at.at("match", "listener", "filterChain", "filter", "subFilter", "name");
  }

  /** Returns whether the patch is limited to proxies of some versions. */
  public boolean isGuarded() {
    return !guard().isEmpty();
  }

  /**
   * Returns where a statement about versions is true among the proxies that the patch reaches: its
   * {@code proxyVersion} is searched in the version of each, as istiod does (istio
   * pilot/pkg/networking/core/envoyfilter/util.go @1.30.3).
   */
  public Applicability in(VersionRange range, Versions istio) {
    if (!isGuarded() || istio.known().isEmpty()) {
      return istio.in(range);
    }
    Optional<Pattern> pattern = pattern(guard());
    if (pattern.isEmpty()) {
      return istio.in(range);
    }
    Set<Version> reached = new TreeSet<>();
    for (Version version : istio.known()) {
      if (pattern.get().matcher(version.toString()).find()) {
        reached.add(version);
      }
    }
    if (reached.isEmpty()) {
      return istio.complete() ? Applicability.NOWHERE : Applicability.UNKNOWN;
    }
    return new Versions(reached, istio.complete()).in(range);
  }

  /** Returns the place of a field of a message, whichever way its name is written. */
  public static Cursor field(Cursor message, String snakeCase) {
    Cursor snake = message.at(snakeCase);
    return snake.isMissing() ? message.at(camelCase(snakeCase)) : snake;
  }

  /**
   * Returns the messages at any depth that have a field, whichever way its name is written. What
   * stands in that field is not searched.
   *
   * @param leftOut is told where something lies too deep to be searched
   */
  public static List<Cursor> messagesWith(Cursor value, String snakeCase, Runnable leftOut) {
    List<Cursor> found = new ArrayList<>();
    Search search = new Search(snakeCase, camelCase(snakeCase), found, leftOut);
    search.collect(value, 0);
    return found;
  }

  /** Returns whether a message says by its {@code @type} that it is an HTTP connection manager. */
  public static boolean isConnectionManager(Cursor message) {
    return message.at("@type").text("").contains(CONNECTION_MANAGER);
  }

  private record Search(String snake, String camel, List<Cursor> found, Runnable leftOut) {

    /** The place of each finding is written out, so a long way to many of them costs memory. */
    void collect(Cursor at, int way) {
      if (way > LONGEST_WAY) {
        leftOut.run();
        return;
      }
      String own = at.at(snake).isMissing() ? camel : snake;
      if (at.isObject() && !at.at(own).isMissing()) {
        found.add(at);
      }
      for (Cursor.Field field : at.fields()) {
        if (!field.name().equals(own)) {
          collect(field.value(), way + 1 + field.name().length());
        }
      }
      at.each().forEach(element -> collect(element, way + 1));
    }
  }

  /**
   * Returns the expression by which the patch is limited to versions; empty where there is none.
   */
  public String guard() {
    return at.at("match", "proxy", "proxyVersion").text("").strip();
  }

  private static Optional<Pattern> pattern(String text) {
    long repetitions = text.chars().filter(c -> c == '{').count();
    if (text.length() > (repetitions == 0 ? LONGEST_GUARD : LONGEST_REPEATING_GUARD)
        || repetitions > 1) {
      return Optional.empty();
    }
    try {
      return Optional.of(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private static String camelCase(String snakeCase) {
    StringBuilder camel = new StringBuilder(snakeCase.length());
    boolean up = false;
    for (int i = 0; i < snakeCase.length(); i++) {
      char c = snakeCase.charAt(i);
      if (c == '_') {
        up = true;
      } else {
        camel.append(up ? Character.toUpperCase(c) : c);
        up = false;
      }
    }
    return camel.toString();
  }
}
