package io.meshguard.files;

import java.nio.file.Path;
import java.util.Set;

/** Names of files that hold route tests and no manifests. */
public final class RouteTestNames {

  /** The name of a file that {@code test init} writes. */
  public static final String USUAL = "meshguard-tests.yaml";

  private static final Set<String> NAMES =
      Set.of(USUAL, "meshguard-tests.yml", "meshguard-tests.json");

  private RouteTestNames() {}

  /** Returns whether a file holds route tests, by its name. */
  public static boolean include(Path file) {
    return NAMES.contains(String.valueOf(file.getFileName()));
  }
}
