package io.meshguard.render;

import io.meshguard.files.Exclusions;
import io.meshguard.files.Progress;
import io.meshguard.report.InputError;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Renders all kustomizations and charts below some paths.
 *
 * @param path where programs are looked for, as in the variable PATH
 * @param language language of what is said of those that cannot be rendered
 * @param names how an absolute path is shown
 * @param progress takes notice of each
 */
public record Renderer(
    String path, Language language, Function<Path, String> names, Progress progress) {

  private static final int AT_ONCE = 4;

  /**
   * Renders.
   *
   * @param values values files for charts, in the order that helm gets them
   * @param namespace namespace of objects without one
   */
  public Rendered render(
      List<String> paths, Exclusions exclusions, List<String> values, String namespace) {
    RenderRoots roots = RenderRoots.below(paths, exclusions);
    SourceFiles files = new SourceFiles(names);
    List<InputError> errors = new ArrayList<>();
    List<Rendered.Root> rendered = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    Set<Path> used = new HashSet<>();
    Optional<Tool> kustomize = kustomize();
    if (kustomize.isPresent()) {
      KustomizeRenderer renderer = new KustomizeRenderer(kustomize.get(), files, namespace);
      roots
          .kustomizations()
          .forEach(folder -> jobs.add(new Job(folder, () -> renderer.render(folder))));
    } else {
      missing(roots.kustomizations(), "none.kustomize", errors);
    }
    Optional<Tool> helm = Tool.find(path, "helm").map(at -> tool("helm", at));
    if (helm.isPresent()) {
      HelmRenderer renderer = new HelmRenderer(helm.get(), files, namespace, values);
      roots.charts().forEach(chart -> jobs.add(new Job(chart, () -> renderer.render(chart))));
    } else {
      missing(roots.charts(), "none.helm", errors);
    }
    run(jobs, rendered, used, errors);
    return new Rendered(rendered, files.texts(), used, errors);
  }

  private record Job(Path folder, Callable<Rendered.Root> work) {}

  private void run(
      List<Job> jobs, List<Rendered.Root> rendered, Set<Path> used, List<InputError> errors) {
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Rendered.Root>> futures =
          jobs.stream().map(job -> workers.submit(job.work())).toList();
      for (int i = 0; i < jobs.size(); i++) {
        try {
          progress.step("progress.rendering", jobs.size());
          rendered.add(futures.get(i).get());
          used.addAll(used(jobs.get(i).folder()));
        } catch (ExecutionException e) {
          Throwable cause = e.getCause();
          errors.add(error(jobs.get(i), cause == null ? e : cause));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private InputError error(Job job, Throwable cause) {
    Message why =
        cause instanceof RenderException refused
            ? refused.reason()
            : RenderText.of("failed", "meshguard", String.valueOf(cause));
    return new InputError(names.apply(job.folder()), Optional.empty(), language.render(why));
  }

  /** However many roots there are, one line says that none can be rendered. */
  private void missing(Set<Path> roots, String key, List<InputError> errors) {
    roots.stream()
        .findFirst()
        .ifPresent(
            first ->
                errors.add(
                    new InputError(
                        names.apply(first),
                        Optional.empty(),
                        language.render(RenderText.of(key)))));
  }

  private Optional<Tool> kustomize() {
    return Tool.find(path, "kustomize")
        .map(at -> new Tool("kustomize", List.of(at.toString(), "build")))
        .or(
            () ->
                Tool.find(path, "kubectl")
                    .map(at -> new Tool("kubectl kustomize", List.of(at.toString(), "kustomize"))));
  }

  private static Tool tool(String name, Path at) {
    return new Tool(name, List.of(at.toString()));
  }

  /** Returns the files of a root that need not be judged as they stand. */
  private static Set<Path> used(Path folder) {
    Set<Path> used = new HashSet<>();
    for (Kustomization one : Kustomization.in(folder).map(Kustomization::all).orElse(List.of())) {
      used.addAll(one.resources());
      one.patches().forEach(patch -> used.add(patch.file()));
      used.add(one.file());
    }
    return used;
  }
}
