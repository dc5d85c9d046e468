package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.report.ProductInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The released tarball, unpacked.
 *
 * @param home where it was unpacked to
 * @param cache where its archives of classes go, if not into the home
 */
record Tarball(Path home, Path cache) {

  static final Path FILE =
      Path.of("target", "meshguard-" + ProductInfo.VERSION + ".tar.gz").toAbsolutePath();

  private static final Path JAVA = Path.of(System.getProperty("java.home"));

  /** What a run left. */
  record Ran(int exitCode, String out, String err) {}

  /** Unpacks it below a folder. */
  static Tarball unpack(Path folder) throws IOException, InterruptedException {
    assertThat(FILE).as("packaged by mvn package").exists();
    Files.createDirectories(folder);
    Process tar =
        new ProcessBuilder("tar", "xzf", FILE.toString()).directory(folder.toFile()).start();
    assertThat(tar.waitFor()).isZero();
    return new Tarball(
        folder.resolve("meshguard-" + ProductInfo.VERSION), folder.resolve("the cache"));
  }

  /** Nothing can be written below the home, as root too. */
  Tarball readOnly() throws IOException {
    Files.writeString(home.resolve("archives"), "");
    return this;
  }

  Path launcher() {
    return home.resolve("bin").resolve("meshguard");
  }

  /** Runs a command with an archive of classes that is there or not, and makes none. */
  Ran run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of("MESHGUARD_ARCHIVE", "off"), arguments);
  }

  Ran run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(launcher().toString(), environment, arguments);
  }

  /** Runs a command by a name of the launcher. */
  Ran run(String launcher, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Process process = start(launcher, environment, arguments);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Ran(process.waitFor(), out, err);
  }

  Process start(String launcher, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> all = builder.environment();
    String path = all.getOrDefault("PATH", "/usr/bin:/bin");
    all.clear();
    all.put("PATH", home.resolveSibling("links") + ":" + path);
    all.put("JAVA_HOME", JAVA.toString());
    all.put("XDG_CACHE_HOME", cache.toString());
    all.putAll(environment);
    all.values().removeIf(String::isEmpty);
    return builder.start();
  }

  /** Returns the archives of classes that are there, whole. */
  List<Path> archives() throws IOException {
    Path folder = cache.resolve("meshguard");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().matches(".+\\.(jsa|aot)")).toList();
    }
  }
}
