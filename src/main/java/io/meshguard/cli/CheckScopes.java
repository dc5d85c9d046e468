package io.meshguard.cli;

import io.meshguard.engine.Engine;
import io.meshguard.files.Input;
import io.meshguard.files.Manifests;
import io.meshguard.lint.CheckContext;
import io.meshguard.policy.Policy;
import io.meshguard.policy.RepositoryConfig;
import io.meshguard.report.InputError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
      Set<Path> asked =
          settings.named().stream().map(CheckScope::absolute).collect(Collectors.toSet());
      Set<Path> covered = new HashSet<>();
      for (RepositoryConfig.World world : settings.worlds()) {
        List<String> paths = settings.expand(world.paths());
        if (paths.isEmpty()) {
          throw new UnusableException("config.world.empty", world.name());
        }
        String namespace = settings.namespace(world);
        Manifests given = manifests(paths, namespace);
        Manifests own = manifests(settings.expand(world.mesh()), namespace);
        covered.addAll(files(given));
        CheckContext terms = CheckContext.of(policy, settings.said(world));
        ScopeMaker mesh = maker(paths, settings.expand(world.values()), terms, namespace, asked);
        for (CheckScope scope : mesh.scopes(given, around.and(own), errors)) {
          if (scope.given().texts().keySet().stream()
              .anyMatch(file -> scope.isAsked(file.toString()))) {
            scopes.add(scope);
          }
        }
        given.errors().stream()
            .filter(error -> CheckScope.isAsked(error.file(), asked))
            .forEach(errors::add);
      }
      CheckContext terms = CheckContext.of(policy, settings.said());
      Manifests rest =
          covered.isEmpty()
              ? chosen
              : chosen.without(file -> covered.contains(CheckScope.absolute(file)));
      if (scopes.isEmpty() || !rest.objects().isEmpty()) {
        ScopeMaker mesh = maker(settings.paths(), List.of(), terms, settings.namespace(), Set.of());
        scopes.addAll(mesh.scopes(rest, around, errors));
      }
      return new CheckScopes(chosen, List.copyOf(scopes), errors);
    }

    private ScopeMaker maker(
        List<String> paths,
        List<String> values,
        CheckContext terms,
        String namespace,
        Set<Path> asked) {
      return new ScopeMaker(
          settings, engine, console, input, paths, values, terms, namespace, asked);
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
