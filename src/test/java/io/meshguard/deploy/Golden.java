package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Files of the checkout that follow from the code: compared with it, or, with the system property
 * {@code golden=update}, written anew. A build server (environment variable {@code CI}) only
 * compares.
 */
final class Golden {

  private static final String HOW =
      "%s does not follow from the code any more. Write it anew and look at the difference:%n"
          + "  mvn test -Dgolden=update -Dtest=GeneratedFilesTest";

  private Golden() {}

  /** Compares one file. */
  static void check(Path file, String text) {
    if (updating()) {
      write(file, text);
      return;
    }
    assertThat(file).as(HOW, file).exists();
    assertThat(read(file)).as(HOW, file).isEqualTo(text);
  }

  /** Compares all files of a folder, by their names in it; not what is in folders in it. */
  static void checkFolder(Path folder, Map<String, String> files) {
    files.forEach((name, text) -> check(folder.resolve(name), text));
    for (String name : names(folder)) {
      if (files.containsKey(name)) {
        continue;
      }
      if (!updating()) {
        fail(HOW, folder.resolve(name));
      }
      delete(folder.resolve(name));
    }
  }

  /** Returns a text with what stands between two of its lines replaced. */
  static String between(String text, String begin, String end, String replacement) {
    int from = text.indexOf(begin + "\n");
    int to = text.indexOf(end + "\n", from + 1);
    assertThat(from).as("a line: %s", begin).isNotNegative();
    assertThat(to).as("a line: %s", end).isGreaterThan(from);
    return text.substring(0, from) + begin + "\n" + replacement + text.substring(to);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean updating() {
    if (!"update".equals(System.getProperty("golden"))) {
      return false;
    }
    assertThat(System.getenv("CI")).as("a build server does not write golden files").isNull();
    return true;
  }

  private static void write(Path file, String text) {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
