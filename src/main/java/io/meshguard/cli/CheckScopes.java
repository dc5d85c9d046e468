package io.meshguard.cli;

import io.meshguard.engine.Engine;
import io.meshguard.files.Input;
import io.meshguard.files.Manifests;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Lint;
import io.meshguard.policy.Policy;
import io.meshguard.policy.RepositoryConfig;
import io.meshguard.report.InputError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a check looks at.
 *
 * @param chosen what was asked for, as it was read
 * @param all what is judged together; every object that was asked for is in one at least
 * @param errors what could not be read
 */
record CheckScopes(Manifests chosen, List<CheckScope> all, Set<InputError> errors) {

  /**
   * Reads what is to be judged.
   *
   * @throws UnusableException if a mesh of the configuration has no files
   */
  static CheckScopes read(
      CheckSettings settings, Policy policy, Engine engine, Console console, Input plain) {
    Input input = plain.without(settings.file().exclusions());
    return new Reader(settings, policy, engine, console, input).read();
  }

  /** Returns what was judged for want of a version of Istio with the newest. */
  boolean istioAssumed() {
    return all.stream().anyMatch(scope -> scope.terms().istioAssumed());
  }

  private record Reader(
      CheckSettings settings, Policy policy, Engine engine, Console console, Input input) {

    CheckScopes read() {
      Manifests chosen = manifests(settings.paths(), settings.namespace());
      Manifests around = manifests(settings.mesh(), settings.namespace());
      Set<InputError> errors = new LinkedHashSet<>(chosen.errors());
      errors.addAll(around.errors());
      List<CheckScope> scopes = new ArrayList<>();
      Set<Path> asked = settings.named().isEmpty() ? Set.of() : files(chosen);
      Set<Path> covered = new HashSet<>();
      for (RepositoryConfig.World world : settings.worlds()) {
        CheckScope scope = world(world, around, asked);
        covered.addAll(files(scope.given()));
        if (scope.given().texts().keySet().stream()
            .anyMatch(file -> scope.isAsked(file.toString()))) {
          scopes.add(scope);
          scope.given().errors().stream()
              .filter(error -> scope.isAsked(error.file()))
              .forEach(errors::add);
        }
      }
      CheckContext terms = CheckContext.of(policy, settings.said());
      Manifests rest =
          covered.isEmpty()
              ? chosen
              : chosen.without(file -> covered.contains(CheckScope.absolute(file)));
      if (scopes.isEmpty() || !rest.objects().isEmpty()) {
        scopes.add(scope(rest, around, terms, settings.namespace(), Set.of()));
      }
      return new CheckScopes(chosen, List.copyOf(scopes), errors);
    }

    private CheckScope world(RepositoryConfig.World world, Manifests around, Set<Path> asked) {
      List<String> paths = settings.expand(world.paths());
      if (paths.isEmpty()) {
        throw new UnusableException("config.world.empty", world.name());
      }
      String namespace = settings.namespace(world);
      Manifests given = manifests(paths, namespace);
      Manifests own = manifests(settings.expand(world.mesh()), namespace);
      CheckContext terms = CheckContext.of(policy, settings.said(world));
      return scope(given, around.and(own), terms, namespace, asked);
    }

    private CheckScope scope(
        Manifests given, Manifests around, CheckContext terms, String namespace, Set<Path> asked) {
      Lint lint = new Lint(engine, terms, settings.closedWorld(), console.today());
      return new CheckScope(given, around, lint, terms, namespace, asked);
    }

    private Manifests manifests(List<String> paths, String namespace) {
      return Manifests.read(paths, namespace, input);
    }

    private static Set<Path> files(Manifests manifests) {
      Set<Path> files = new HashSet<>();
      manifests.texts().keySet().forEach(file -> files.add(CheckScope.absolute(file.toString())));
      return files;
    }
  }
}
