package io.meshguard.cli;

import io.meshguard.engine.Engine;
import io.meshguard.files.Input;
import io.meshguard.files.Manifests;
import io.meshguard.files.Sources;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Lint;
import io.meshguard.lint.SourcePlaces;
import io.meshguard.render.Rendered;
import io.meshguard.render.Renderer;
import io.meshguard.report.InputError;
import io.meshguard.resource.Resource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Divides the files of one mesh, or of all, into what is judged together: what stands in files as
 * it is, and what is rendered, where kustomizations and charts that define one object differently
 * are apart.
 *
 * @param paths the files and folders
 * @param values values files for charts
 * @param terms what is known of the mesh
 * @param namespace namespace of objects without one
 * @param asked files and folders that were asked for; empty for all
 */
record ScopeMaker(
    CheckSettings settings,
    Engine engine,
    Console console,
    Input input,
    List<String> paths,
    List<String> values,
    CheckContext terms,
    String namespace,
    Set<Path> asked) {

  /**
   * Returns what is judged together.
   *
   * @param given the objects of the files as they stand
   * @param around objects that are only context
   * @param errors takes what cannot be rendered
   */
  List<CheckScope> scopes(Manifests given, Manifests around, Set<InputError> errors) {
    if (!settings.render()) {
      return List.of(scope(given, around, settings.closedWorld(), SourcePlaces.AS_THEY_STAND));
    }
    Rendered rendered =
        new Renderer(
                console.environment().getOrDefault("PATH", ""),
                console.language(),
                this::shown,
                input.progress())
            .render(
                paths.stream().filter(path -> !path.equals(Sources.STDIN)).toList(),
                input.exclusions(),
                values,
                namespace);
    errors.addAll(rendered.errors());
    Manifests plain = given.without(file -> rendered.used().contains(CheckScope.absolute(file)));
    RootClashes clashes = new RootClashes(rendered.roots());
    List<Resource> common = new ArrayList<>();
    clashes.common().forEach(root -> common.addAll(root.objects()));
    List<CheckScope> scopes = new ArrayList<>();
    boolean alone = settings.closedWorld() && clashes.apart().isEmpty();
    scopes.add(
        scope(plain, around.and(objects(common, Map.of())), alone, SourcePlaces.AS_THEY_STAND));
    if (!common.isEmpty()) {
      scopes.add(
          scope(
              objects(common, rendered.texts()),
              around.and(plain),
              alone,
              new RenderedPlaces(clashes.common())));
    }
    for (Rendered.Root root : clashes.apart()) {
      boolean closed = settings.closedWorld() && clashes.clashesWithAllOthers(root);
      scopes.add(
          scope(
              objects(root.objects(), rendered.texts()),
              around.and(plain).and(objects(common, Map.of())),
              closed,
              new RenderedPlaces(List.of(root))));
    }
    return scopes;
  }

  private CheckScope scope(Manifests given, Manifests around, boolean closed, SourcePlaces places) {
    Lint lint = new Lint(engine, terms, closed, console.today());
    return new CheckScope(given, around, lint, terms, namespace, asked, places);
  }

  private static Manifests objects(List<Resource> objects, Map<Path, String> texts) {
    Map<Path, String> own = new LinkedHashMap<>();
    for (Resource object : objects) {
      Path file = Path.of(object.origin().file());
      String text = texts.get(file);
      if (text != null) {
        own.put(file, text);
      }
    }
    return new Manifests(objects, own, List.of(), Map.of(), Set.of());
  }

  /** Returns a file below a path as that path was named. */
  private String shown(Path file) {
    for (String path : paths) {
      Path named = Path.of(path);
      Path absolute = named.toAbsolutePath().normalize();
      if (file.startsWith(absolute)) {
        String below = absolute.relativize(file).toString();
        return below.isEmpty() ? named.toString() : named.resolve(below).toString();
      }
    }
    return ConfigFile.shown(file);
  }
}
