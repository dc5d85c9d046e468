package io.meshguard.controlplane;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The user's Go, run so that nothing but the pinned modules decides what is built. */
final class GoToolchain {
  /** The oldest Go that the modules here allow (their go directive). */
  static final String LEAST = "1.26";

  private static final int LEAST_MINOR = 26;
  private static final Duration SHORT = Duration.ofMinutes(5);

  private final Map<String, String> environment;
  private final List<String> usualPlaces;

  GoToolchain(Map<String, String> environment, List<String> usualPlaces) {
    this.environment = Map.copyOf(environment);
    this.usualPlaces = List.copyOf(usualPlaces);
  }

  /** Returns the Go of this user: on the PATH, else where Go's own installer puts it. */
  static GoToolchain ofUser(Map<String, String> environment) {
    return new GoToolchain(environment, List.of("/usr/local/go/bin"));
  }

  /** Returns the go program. */
  Optional<Path> executable() {
    Stream<String> path =
        Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator));
    return Stream.concat(path, usualPlaces.stream())
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "go"))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** Returns why a module cannot be built here: no Go, or one that is too old. */
  Optional<String> hindrance(Path module) throws IOException, InterruptedException {
    Optional<Path> go = executable();
    if (go.isEmpty()) {
      return Optional.of("there is no Go on the PATH (" + LEAST + " or later is needed)");
    }
    // Asked in the module: a Go that may fetch a newer one itself (GOTOOLCHAIN=auto) does so here.
    Command.Result result = run(module, SHORT, "env", "GOVERSION");
    if (result.exitCode() != 0) {
      return Optional.of(go.get() + " does not work here: " + lastLines(result.stderr()));
    }
    String version = result.stdout().strip();
    return minor(version) >= LEAST_MINOR
        ? Optional.empty()
        : Optional.of(go.get() + " is " + version + ", " + LEAST + " or later is needed");
  }

  private static int minor(String version) {
    String[] parts = version.replaceFirst("^go", "").split("[^0-9]+", -1);
    try {
      return parts[0].equals("1") ? Integer.parseInt(parts[1]) : 0;
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      return 0;
    }
  }

  /** Runs go in a directory to its end. */
  Command.Result run(Path directory, Duration limit, String... arguments)
      throws IOException, InterruptedException {
    return Command.run(builder(directory, arguments), limit);
  }

  /** Returns go with arguments, ready to start in a directory. */
  ProcessBuilder builder(Path directory, String... arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(executable().map(Path::toString).stream(), Arrays.stream(arguments))
                .toList());
    builder.directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(sanitized());
    return builder;
  }

  private Map<String, String> sanitized() {
    Map<String, String> result = new HashMap<>(environment);
    Platform here = Platform.current();
    result.put("GOOS", here.os());
    result.put("GOARCH", here.arch());
    // A value, not an absence: without one, go would read it from "go env -w".
    result.put("GOFLAGS", "-mod=readonly -buildvcs=false");
    result.put("GOWORK", "off");
    return result;
  }

  /** Copies a module's go.mod and go.sum out of the jar into a directory. */
  static void unpackModule(String name, Path directory) throws IOException {
    for (String file : List.of("go.mod", "go.sum")) {
      String resource = "/controlplane/" + name + "/" + file;
      try (InputStream in = GoToolchain.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new FileNotFoundException("resource " + resource);
        }
        Files.copy(in, directory.resolve(file));
      }
    }
  }

  /** Returns the end of what a program printed, for a message. */
  static String lastLines(String text) {
    List<String> lines = text.strip().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
  }
}
