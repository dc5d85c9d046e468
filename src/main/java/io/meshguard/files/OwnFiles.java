package io.meshguard.files;

import java.nio.file.Path;
import java.util.Set;

/** Names of files that are Meshguard's own and hold no manifests. */
public final class OwnFiles {

  /** The name of a file of route tests that {@code test init} writes. */
  public static final String ROUTE_TESTS = "meshguard-tests.yaml";

  /** The usual name of a baseline. */
  public static final String BASELINE = ".meshguard-baseline.yaml";

  private static final Set<String> TESTS =
      Set.of(ROUTE_TESTS, "meshguard-tests.yml", "meshguard-tests.json");

  private static final Set<String> SETTINGS = Set.of(BASELINE, ".meshguard.yaml", ".meshguard.yml");

  private OwnFiles() {}

  /** Returns whether a file holds route tests, by its name. */
  static boolean isRouteTest(Path file) {
    return TESTS.contains(name(file));
  }

  /** Returns whether a file says how to check, by its name. */
  static boolean isSettings(Path file) {
    return SETTINGS.contains(name(file));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
