package io.meshguard.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fixture files of a rule, beside its page. A file {@code x.fixed.yaml} holds the objects of
 * {@code x.yaml} after all fixes.
 */
final class Fixtures {

  private static final String FIXED = ".fixed.yaml";
  private static final Path FOLDER = Path.of("src", "test", "resources", "rules");

  private Fixtures() {}

  /** Returns the fixtures of a rule, by file name; none where it has no folder. */
  static List<Sample> of(String id) {
    Path folder = FOLDER.resolve(id);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !file.toString().endsWith(FIXED))
          .sorted(Comparator.naturalOrder())
          .map(Fixtures::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what a fixture is after all fixes, where a file says so. */
  static Optional<Sample> fixed(String id, Sample fixture) {
    Path file = FOLDER.resolve(id).resolve(fixture.name().replaceFirst("\\.yaml$", FIXED));
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  private static Sample read(Path file) {
    try {
      return new Sample(file.getFileName().toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
