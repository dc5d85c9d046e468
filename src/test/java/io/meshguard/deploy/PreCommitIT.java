package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.meshguard.controlplane.SkippedTests;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The hooks, run by pre-commit on a repository, with the released tarball from a server of this
 * machine. pre-commit comes from PyPI once and stays in {@code target}; where it cannot be had, the
 * test is skipped and counted, or fails with {@code MESHGUARD_E2E=required}.
 */
@Timeout(600)
final class PreCommitIT {

  private static final String VERSION = "4.3.0";
  private static final Path VENV = Path.of("target", "pre-commit-" + VERSION).toAbsolutePath();
  private static final String SHOP =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop]
        http:
        - match: [{uri: {prefix: /cart}}]
          route: [{destination: {host: cart}}]
        - route: [{destination: {host: shop}}]
      """;

  /** Has a finding with a safe fix. */
  private static final String CONFIGURED =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: shop
        labels:
          team: yes
      """;

  private static Path folder = Path.of("");
  private static @Nullable HttpServer server;

  @BeforeAll
  static void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    String lack = install();
    if (!lack.isEmpty()) {
      if ("required".equals(System.getenv("MESHGUARD_E2E"))) {
        throw new IllegalStateException("MESHGUARD_E2E=required, but: " + lack);
      }
      try (SkippedTests skipped = new SkippedTests("pre-commit", "MESHGUARD_E2E", lack)) {
        skipped.addOne();
      }
      Assumptions.abort(lack);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Path file = Tarball.FILE.resolveSibling(exchange.getRequestURI().getPath().substring(1));
          exchange.sendResponseHeaders(200, Files.size(file));
          try (OutputStream out = exchange.getResponseBody()) {
            Files.copy(file, out);
          }
        });
    server.start();
    Path hooks = Files.createDirectories(folder.resolve("hooks"));
    for (String file : List.of("ci/meshguard", "pom.xml", ".pre-commit-hooks.yaml")) {
      Files.createDirectories(hooks.resolve(file).getParent());
      Files.copy(Path.of(file), hooks.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    repository(hooks);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void theHooksPassFailAndFix() throws Exception {
    Path repository = Files.createDirectories(folder.resolve("shop"));
    String revision = run(folder.resolve("hooks"), "git", "rev-parse", "HEAD").out().strip();
    config(repository, revision, "meshguard");
    Files.writeString(repository.resolve("shop.yaml"), SHOP);
    Files.writeString(repository.resolve("notes.txt"), "not a manifest");
    repository(repository);

    Ran clean = hooks(repository);
    assertThat(clean.out()).as(clean.out()).contains("Passed");
    assertThat(clean.exitCode()).isZero();

    Files.writeString(repository.resolve("namespace.yaml"), CONFIGURED);
    run(repository, "git", "add", "-A");
    Ran found = hooks(repository);
    assertThat(found.out()).contains("Failed", "namespace.yaml:6", "[unquoted-label-value]");
    assertThat(found.exitCode()).isEqualTo(1);

    config(repository, revision, "meshguard-fix");
    run(repository, "git", "add", "-A");
    Ran fixed = hooks(repository);
    assertThat(fixed.out()).contains("files were modified by this hook");
    assertThat(Files.readString(repository.resolve("namespace.yaml"))).contains("team: \"yes\"");
    run(repository, "git", "add", "-A");
    assertThat(hooks(repository).exitCode()).isZero();
  }

  private static Ran hooks(Path repository) throws Exception {
    return run(
        repository,
        VENV.resolve("bin/pre-commit").toString(),
        "run",
        "--all-files",
        "--color=never",
        "--verbose");
  }

  private static void config(Path repository, String revision, String hook) throws IOException {
    Files.writeString(
        repository.resolve(".pre-commit-config.yaml"),
        """
        repos:
        - repo: %s
          rev: %s
          hooks:
          - id: %s
        """
            .formatted(folder.resolve("hooks"), revision, hook));
  }

  private static void repository(Path folder) throws Exception {
    run(folder, "git", "init", "-q");
    run(folder, "git", "add", "-A");
    Ran committed =
        run(
            folder,
            "git",
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "commit",
            "-q",
            "-m",
            "t");
    assertThat(committed.exitCode()).as(committed.out()).isZero();
  }

  /** Installs pre-commit where it is not yet, and returns what went wrong. */
  private static String install() throws Exception {
    if (Files.isExecutable(VENV.resolve("bin/pre-commit"))) {
      return "";
    }
    try {
      Ran made = run(Path.of(""), "python3", "-m", "venv", VENV.toString());
      Ran ran =
          made.exitCode() != 0
              ? made
              : run(
                  Path.of(""),
                  VENV.resolve("bin/pip").toString(),
                  "install",
                  "-q",
                  "--disable-pip-version-check",
                  "pre-commit==" + VERSION);
      return ran.exitCode() == 0 ? "" : "pre-commit cannot be installed: " + ran.out();
    } catch (IOException e) {
      return "needs python3: " + e.getMessage();
    }
  }

  private record Ran(int exitCode, String out) {}

  /** Runs a program; both its outputs count. */
  private static Ran run(Path at, String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(at.toAbsolutePath().toFile())
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("MESHGUARD_") || name.startsWith("GIT_"));
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toAbsolutePath().toString());
    environment.put("PRE_COMMIT_HOME", folder.resolve("pre-commit").toAbsolutePath().toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("MESHGUARD_ARCHIVE", "off");
    if (server != null) {
      environment.put("MESHGUARD_RELEASES", "http://127.0.0.1:" + server.getAddress().getPort());
    }
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Ran(process.exitValue(), out);
  }
}
