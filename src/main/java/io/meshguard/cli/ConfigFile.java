package io.meshguard.cli;

import io.meshguard.files.Exclusions;
import io.meshguard.files.SourceText;
import io.meshguard.files.Sources;
import io.meshguard.policy.RepositoryConfig;
import io.meshguard.policy.RepositoryConfigReader;
import io.meshguard.rule.Language;
import io.meshguard.rule.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the repository that is checked.
 *
 * @param folder the folder of the file, absolute; names in it count from there
 * @param config what the file says
 * @param file the file, as it is shown; empty where there is none
 */
record ConfigFile(Path folder, RepositoryConfig config, Optional<String> file) {

  private static final List<String> NAMES = List.of(RepositoryConfig.NAME, ".meshguard.yml");

  /**
   * Reads the file that was named, or finds it: beside the first path or in a folder above, up to
   * the root of the repository.
   *
   * @param named the file, where an option names it
   * @param paths what is checked; none: the working folder
   * @throws UnusableException if there is something wrong with it; what is, is told
   */
  static ConfigFile find(@Nullable String named, List<String> paths, Console console) {
    if (named != null) {
      return read(path(named), named, console);
    }
    return candidates(paths).stream()
        .filter(Files::exists)
        .findFirst()
        .map(file -> read(file, shown(file), console))
        .orElseGet(ConfigFile::none);
  }

  /** Returns the files that may be the configuration for paths, the one that counts first. */
  static List<Path> candidates(List<String> paths) {
    List<Path> files = new ArrayList<>();
    for (Path at = start(paths); at != null; at = at.getParent()) {
      for (String name : NAMES) {
        files.add(at.resolve(name));
      }
      if (Files.exists(at.resolve(".git"))) {
        break;
      }
    }
    return files;
  }

  /** Returns what holds where there is no file. */
  static ConfigFile none() {
    return new ConfigFile(Path.of("").toAbsolutePath(), RepositoryConfig.NONE, Optional.empty());
  }

  private static ConfigFile read(Path file, String shown, Console console) {
    RepositoryConfigReader.Result result;
    try {
      result = RepositoryConfigReader.read(SafeText.escape(shown), SourceText.read(file));
    } catch (IOException e) {
      throw new UnusableException("of", shown, SourceText.reason(e));
    }
    Console speaking = result.config().language().map(console::speaking).orElse(console);
    Language language = speaking.language();
    if (!result.problems().isEmpty()) {
      result.problems().forEach(problem -> console.note(problem.line(language)));
      throw new UnusableException("config.unusable", shown).in(language);
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    return new ConfigFile(
        folder == null ? Path.of("/") : folder, result.config(), Optional.of(shown));
  }

  private static Path start(List<String> paths) {
    Optional<String> first = paths.stream().filter(path -> !path.equals(Sources.STDIN)).findFirst();
    Path path = path(first.orElse("")).toAbsolutePath().normalize();
    Path parent = path.getParent();
    return Files.isDirectory(path) || parent == null ? path : parent;
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UnusableException("of", SafeText.escape(name), SourceText.reason(e));
    }
  }

  /** Returns a file as a user in the working folder would name it. */
  static String shown(Path file) {
    Path here = Path.of("").toAbsolutePath().normalize();
    Path absolute = file.toAbsolutePath().normalize();
    return (absolute.startsWith(here) ? here.relativize(absolute) : absolute).toString();
  }

  /** From a folder inside of the repository, a file of it is not far. */
  private String seenFromHere(Path file) {
    Path here = Path.of("").toAbsolutePath().normalize();
    return here.startsWith(folder) ? here.relativize(file.normalize()).toString() : shown(file);
  }

  /** Returns a file or folder that the configuration names, as a user would name it here. */
  String named(String fromFolder) {
    String shown = seenFromHere(folder.resolve(path(fromFolder)));
    return shown.isEmpty() ? "." : shown;
  }

  /** Returns what is not read. */
  Exclusions exclusions() {
    return new Exclusions(folder, config.exclude());
  }
}
