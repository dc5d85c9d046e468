package io.meshguard.files;

import io.meshguard.report.InputError;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files that paths on a command line stand for, and what was left out and why. */
public final class Sources {

  /** Stands for standard input on a command line. */
  public static final String STDIN = "-";

  private final List<Path> files = new ArrayList<>();
  private final List<Path> tests = new ArrayList<>();
  private final Set<Path> outside = new LinkedHashSet<>();
  private final Set<Path> inside = new HashSet<>();
  private final List<InputError> errors = new ArrayList<>();
  private final Map<Skipped, Integer> skipped = new EnumMap<>(Skipped.class);
  private final Kustomizations kustomizations = new Kustomizations();
  private final Map<Path, Boolean> chartTemplates = new HashMap<>();
  private final Language language;
  private final Exclusions exclusions;
  private boolean stdin;

  private final FileCache cache;

  private Sources(Input input) {
    this.language = input.language();
    this.exclusions = input.exclusions();
    this.cache = input.cache();
  }

  /** Finds the files that paths stand for: files, folders, or {@code -}. */
  public static Sources of(List<String> paths, Language language) {
    return of(paths, Input.filesOnly(language));
  }

  /** Finds the files that paths stand for, without those that are excluded. */
  static Sources of(List<String> paths, Input input) {
    Sources sources = new Sources(input);
    List<Path> found = new ArrayList<>();
    for (String path : paths) {
      if (path.equals(STDIN)) {
        sources.stdin = true;
      } else {
        sources.find(path, found);
      }
    }
    sources.choose(found);
    return sources;
  }

  /** Returns no files, but what kustomizations beside some that were read before say of them. */
  static Sources beside(Collection<Path> files, Language language) {
    Sources sources = new Sources(Input.filesOnly(language));
    files.forEach(sources::learn);
    return sources;
  }

  /**
   * Returns those of the files that stand outside of every folder that was given, and were only
   * found because a symbolic link leads there; what is named itself is meant.
   */
  Set<Path> outside() {
    return outside;
  }

  /** Returns the files to read, by name. */
  List<Path> files() {
    return files;
  }

  /** Returns the files of route tests, by name; they hold no manifests. */
  public List<Path> tests() {
    return tests;
  }

  /** Returns whether standard input is to be read. */
  boolean stdin() {
    return stdin;
  }

  /** Returns what could not be read so far. */
  List<InputError> errors() {
    return errors;
  }

  /** Returns how many were left out for each reason. */
  Map<Skipped, Integer> skipped() {
    return skipped;
  }

  private void find(String name, List<Path> found) {
    try {
      Path path = Path.of(name);
      if (Files.isDirectory(path)) {
        inside.add(path.toRealPath());
        FileWalk.walk(path, exclusions, gathering(found));
      } else if (exists(path) && exclusions.cover(path, false)) {
        skip(Skipped.IGNORED);
      } else if (exists(path)) {
        found.add(path);
        inside.add(real(path));
      } else {
        error(name, SourceText.missing());
      }
    } catch (InvalidPathException noName) {
      error(name, SourceText.reason(noName));
    } catch (IOException e) {
      error(name, SourceText.reason(e));
    }
  }

  private boolean exists(Path path) {
    return Files.exists(path) || cache.isOpen(path);
  }

  private void error(String name, Message why) {
    errors.add(new InputError(name, Optional.empty(), language.render(why)));
  }

  private FileWalk.Gathering gathering(List<Path> found) {
    return new FileWalk.Gathering() {
      @Override
      public void file(Path file) {
        found.add(file);
      }

      @Override
      public void ignored() {
        skip(Skipped.IGNORED);
      }

      @Override
      public void unreadable(Path file, IOException cause) {
        error(file.toString(), SourceText.reason(cause));
      }
    };
  }

  private void choose(List<Path> found) {
    found.forEach(this::learn);
    Set<Path> seen = new HashSet<>();
    found.sort(Comparator.comparing(Path::toString));
    for (Path file : found) {
      boolean isNew = seen.add(real(file));
      if (isNew && OwnFiles.isSettings(file)) {
        continue;
      }
      if (isNew && OwnFiles.isRouteTest(file)) {
        tests.add(file);
      } else if (isNew) {
        reason(file).ifPresentOrElse(this::skip, () -> take(file));
      }
    }
  }

  private void learn(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    if (parent != null) {
      kustomizations.learn(parent);
    }
  }

  private void take(Path file) {
    files.add(file);
    if (inside.stream().noneMatch(real(file)::startsWith)) {
      outside.add(file);
    }
  }

  /** Returns whether kustomize reads a file as one of its resources. */
  boolean isKustomized(Path file) {
    return kustomizations.isResource(file.toAbsolutePath().normalize());
  }

  private Optional<Skipped> reason(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    if (Kustomizations.isKustomization(file)) {
      return Optional.of(Skipped.KUSTOMIZATION);
    }
    if (kustomizations.isPatch(absolute)) {
      return Optional.of(Skipped.PATCH);
    }
    for (Path at = absolute.getParent(); at != null; at = at.getParent()) {
      if (chartTemplates.computeIfAbsent(at, Sources::isChartTemplates)) {
        return Optional.of(Skipped.TEMPLATE);
      }
    }
    return Optional.empty();
  }

  private static boolean isChartTemplates(Path directory) {
    return String.valueOf(directory.getFileName()).equals("templates")
        && Files.isRegularFile(directory.resolveSibling("Chart.yaml"));
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize();
    }
  }

  private void skip(Skipped why) {
    skipped.merge(why, 1, Integer::sum);
  }
}
