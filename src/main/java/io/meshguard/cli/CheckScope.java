package io.meshguard.cli;

import io.meshguard.engine.Verdict;
import io.meshguard.files.Manifests;
import io.meshguard.files.Sources;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Lint;
import io.meshguard.lint.SourcePlaces;
import io.meshguard.resource.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Objects that are judged together: those of a mesh that the repository's configuration names, or
 * those of all paths.
 *
 * @param given the objects
 * @param around objects that are only context
 * @param lint judges them
 * @param terms what is known of the mesh
 * @param namespace namespace of objects without one
 * @param asked files and folders that were asked for; others of the mesh are context, too; empty
 *     for all
 * @param places where objects that were rendered are written down
 */
record CheckScope(
    Manifests given,
    Manifests around,
    Lint lint,
    CheckContext terms,
    String namespace,
    Set<Path> asked,
    SourcePlaces places) {

  /** Returns what the rules say of the objects that were asked for. */
  List<Verdict> judge(
      List<Resource> objects, Predicate<Resource> selected, ConsoleProgress progress) {
    return places.shown(
        lint.judge(
            objects,
            around.objects(),
            object -> isAsked(object) && selected.test(object),
            progress));
  }

  /** Returns whether an object stands in a file that was asked for. */
  boolean isAsked(Resource object) {
    return isAsked(object.origin().file());
  }

  /** Returns whether a file was asked for. */
  boolean isAsked(String file) {
    return isAsked(file, asked);
  }

  /**
   * Returns whether a file was asked for.
   *
   * @param asked files and folders, absolute; empty for all
   */
  static boolean isAsked(String file, Set<Path> asked) {
    return asked.isEmpty()
        || file.equals(Sources.STDIN)
        || asked.stream().anyMatch(absolute(file)::startsWith);
  }

  static Path absolute(String file) {
    return Path.of(file).toAbsolutePath().normalize();
  }
}
