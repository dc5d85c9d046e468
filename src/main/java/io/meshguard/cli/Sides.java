package io.meshguard.cli;

import io.meshguard.files.FileCache;
import io.meshguard.files.Manifests;
import io.meshguard.files.SourceText;
import io.meshguard.files.Sources;
import io.meshguard.report.InputError;
import io.meshguard.resource.Resource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a comparison compares.
 *
 * @param before what it goes out from
 * @param after what it comes to
 */
record Sides(Side before, Side after) {

  /**
   * One side.
   *
   * @param title how the user named it
   * @param manifests its objects
   */
  record Side(String title, Manifests manifests) {}

  /** Returns all objects of both sides. */
  List<Resource> objects() {
    List<Resource> all = new ArrayList<>(before.manifests.objects());
    all.addAll(after.manifests.objects());
    return all;
  }

  /** Returns what could not be read, each once. */
  List<InputError> errors() {
    Set<InputError> all = new LinkedHashSet<>(before.manifests.errors());
    all.addAll(after.manifests.errors());
    return List.copyOf(all);
  }

  /** Reads the two sides that words on a command line name. */
  static final class Reader {
    private final String namespace;
    private final Console console;
    private final ConsoleProgress progress;

    /** Most files are the same on both sides, and are parsed once. */
    private final FileCache texts = new FileCache();

    Reader(String namespace, Console console, ConsoleProgress progress) {
      this.namespace = namespace;
      this.console = console;
      this.progress = progress;
    }

    /**
     * Reads two files or folders, or what two revisions have of some.
     *
     * @throws UnusableException if the words name neither
     */
    Sides read(List<String> words) {
      if (words.isEmpty()) {
        throw new UnusableException("diff.what");
      }
      if (!Revisions.isPath(words.get(0))) {
        return revisions(Revisions.of(words.get(0)), words.subList(1, words.size()));
      }
      Optional<String> late = words.stream().filter(word -> !Revisions.isPath(word)).findFirst();
      if (late.isPresent()) {
        throw new UnusableException("diff.order", late.get());
      }
      if (words.size() != 2) {
        throw new UnusableException("diff.what");
      }
      return new Sides(files(words.get(0)), files(words.get(1)));
    }

    /** Reads a file or folder as it is. */
    Side files(String path) {
      return new Side(
          path, Manifests.read(List.of(path), namespace, console.input(progress).with(texts)));
    }

    private Sides revisions(Revisions revisions, List<String> given) {
      List<String> paths = given.isEmpty() ? List.of(".") : given;
      if (paths.contains(Sources.STDIN)) {
        throw new UnusableException("diff.stdin");
      }
      GitRepository repository = GitRepository.around(path(paths.get(0)));
      String before =
          revisions.fork()
              ? repository.fork(revisions.before(), revisions.after().orElseThrow())
              : repository.commit(revisions.before());
      Optional<String> after = revisions.after().map(repository::commit);
      List<String> known = new ArrayList<>();
      Manifests old;
      Manifests now;
      try (GitFiles files = GitFiles.of(repository)) {
        old = revision(files, repository, before, paths, known);
        now =
            after.isPresent()
                ? revision(files, repository, after.get(), paths, known)
                : working(paths, known);
      }
      paths.stream()
          .filter(path -> !known.contains(path))
          .findFirst()
          .ifPresent(
              path -> {
                throw new UnusableException("diff.nowhere", path);
              });
      return new Sides(
          new Side(revisions.before(), old),
          new Side(revisions.after().orElseGet(() -> console.say("diff.working")), now));
    }

    private Manifests working(List<String> paths, List<String> known) {
      List<String> there = paths.stream().filter(path -> Files.exists(path(path))).toList();
      known.addAll(there);
      return Manifests.read(there, namespace, console.input(progress).with(texts));
    }

    private Manifests revision(
        GitFiles files,
        GitRepository repository,
        String commit,
        List<String> paths,
        List<String> known) {
      List<Path> inside = paths.stream().map(path -> repository.inside(path(path))).toList();
      files.become(commit, inside);
      List<String> there = new ArrayList<>();
      for (int i = 0; i < paths.size(); i++) {
        if (Files.exists(files.at(inside.get(i)))) {
          there.add(files.at(inside.get(i)).toString());
          known.add(paths.get(i));
        }
      }
      return Manifests.read(there, namespace, console.input(progress).with(texts))
          .named(name -> shown(name, files, paths, inside));
    }

    /** Returns the name under which the file would be found if it were there. */
    private static String shown(
        String name, GitFiles files, List<String> paths, List<Path> inside) {
      Path file = Path.of(name);
      for (int i = 0; i < paths.size(); i++) {
        Path base = files.at(inside.get(i));
        if (file.startsWith(base)) {
          Path rest = base.relativize(file);
          Path asked = Path.of(paths.get(i));
          return rest.toString().isEmpty() ? asked.toString() : asked.resolve(rest).toString();
        }
      }
      return name;
    }

    private static Path path(String name) {
      try {
        return Path.of(name);
      } catch (InvalidPathException e) {
        throw new UnusableException("of", name, SourceText.reason(e));
      }
    }
  }
}
