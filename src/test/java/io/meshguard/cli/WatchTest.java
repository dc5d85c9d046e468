package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --watch} with real files. */
@Timeout(120)
final class WatchTest {

  private static final String GOOD =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: shop, labels: {canary: "yes"}}
      """;

  private static final String BAD = GOOD.replace("\"yes\"", "yes");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CompletableFuture<Integer> code = new CompletableFuture<>();
  private Thread watch = new Thread(() -> {});

  private void start(String... arguments) {
    List<String> all = new ArrayList<>(List.of("check", "--watch"));
    all.addAll(List.of(arguments));
    watch =
        new Thread(
            () ->
                code.complete(
                    Main.run(
                        all.toArray(String[]::new),
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))));
    watch.setDaemon(true);
    watch.start();
  }

  @AfterEach
  void end() throws Exception {
    if (watch.isAlive()) {
      watch.interrupt();
      assertThat(code.get(30, TimeUnit.SECONDS)).isEqualTo(0);
    }
  }

  private static void until(BooleanSupplier so) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!so.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(end);
      Thread.sleep(10);
    }
  }

  /** Returns what the last look printed. */
  private String last() {
    String all = out.toString(StandardCharsets.UTF_8);
    return all.substring(Math.max(0, all.lastIndexOf("--- checked")));
  }

  private void untilLast(String part) throws InterruptedException {
    until(() -> last().contains(part) && last().contains("checked,"));
  }

  @Test
  void whatChangesIsCheckedAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("a.yaml"), GOOD);
    start("--no-config", folder.toString());
    untilLast("1 object checked, no findings");

    Files.writeString(file, BAD);
    untilLast("unquoted-label-value");

    // another file in a folder that was not there
    Path below = Files.createDirectories(folder.resolve("new/below"));
    Files.writeString(below.resolve("b.yaml"), BAD.replace("shop", "other"));
    untilLast("2 objects checked, 2 findings");

    Files.delete(file);
    untilLast("1 object checked, 1 finding");

    // as many editors save
    Path temporary = Files.writeString(folder.resolve("x.tmp"), GOOD);
    Files.move(temporary, below.resolve("b.yaml"), StandardCopyOption.REPLACE_EXISTING);
    untilLast("1 object checked, no findings");

    Files.delete(below.resolve("b.yaml"));
    Files.delete(below);
    Files.delete(below.getParent());
    untilLast("no objects checked");

    Files.writeString(file, BAD.substring(0, BAD.length() - 4));
    until(() -> last().contains("a.yaml:"));
    Files.writeString(file, BAD);
    untilLast("1 object checked, 1 finding");
  }

  @Test
  void theConfigurationCountsAsSoonAsItIsRight() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), BAD);
    Files.createDirectory(folder.resolve(".git"));
    start(folder.toString());
    untilLast("1 finding");

    Path config = folder.resolve(".meshguard.yaml");
    Files.writeString(config, "polic: x\n");
    until(() -> err.toString(StandardCharsets.UTF_8).contains("polic"));
    Files.writeString(folder.resolve("policy.yaml"), "rules: {unquoted-label-value: \"off\"}\n");
    Files.writeString(config, "policy: policy.yaml\n");
    untilLast("no findings");
    Files.writeString(folder.resolve("policy.yaml"), "rules: {unquoted-label-value: warn}\n");
    untilLast("1 finding: 1 warn");
    Files.delete(config);
    untilLast("1 finding: 1 deny");
  }

  @Test
  void whatAChangeMattersToIsJudgedAsWell() throws Exception {
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop, namespace: shop}
        spec:
          hosts: [shop]
          http:
          - route: [{destination: {host: shop, subset: v1}}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: shop, namespace: shop}
        spec: {ports: [{name: http, port: 80}]}
        """);
    String rule =
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: shop, namespace: shop}
        spec: {host: shop, subsets: [{name: v1, labels: {version: v1}}]}
        """;
    Path rules = Files.writeString(folder.resolve("rules.yaml"), rule);
    start("--no-config", "--closed-world", folder.toString());
    until(() -> last().contains("checked,"));
    assertThat(last()).doesNotContain("unknown-destination");

    Files.writeString(rules, rule.replace("name: v1", "name: v2"));
    untilLast("unknown-destination");
    Files.writeString(rules, rule);
    until(() -> last().contains("checked,") && !last().contains("unknown-destination"));
  }

  @Test
  void itsOwnReportDoesNotWakeIt() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), BAD);
    Path report = folder.resolve("report.json");
    start("--no-config", "-o", "text", "-o", "json=" + report, folder.resolve("a.yaml").toString());
    untilLast("1 finding");
    Thread.sleep(500);
    Files.writeString(folder.resolve("a.yaml"), GOOD);
    untilLast("no findings");
    assertThat(out.toString(StandardCharsets.UTF_8).split("--- checked", -1)).hasSizeLessThan(6);
  }

  @Test
  void whatItCannotDoIsSaid() throws Exception {
    for (String option : List.of("--fix", "--diff", "--write-baseline", "-")) {
      err.reset();
      int exit =
          Main.run(
              new String[] {"check", "--watch", option, folder.toString()},
              InputStream.nullInputStream(),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8));
      assertThat(exit).isEqualTo(2);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("--watch cannot be combined");
    }
  }

  @Test
  void ctrlCEndsItWithZero() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), BAD);
    Path output = folder.resolve("output.txt");
    List<String> command = hearingInterrupts();
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("java.class.path"),
            "io.meshguard.cli.Main",
            "check",
            "--watch",
            "--no-config",
            folder.resolve("a.yaml").toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("error.txt").toFile())
            .start();
    try {
      until(() -> output.toFile().length() > 0);
      // what a terminal sends on Ctrl-C
      new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(0);
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Whoever runs the tests in the background has the signal ignored, by us and by what we start.
   */
  private static List<String> hearingInterrupts() throws Exception {
    List<String> env = List.of("env", "--default-signal=INT");
    List<String> trial = new ArrayList<>(env);
    trial.add("true");
    try {
      boolean known = new ProcessBuilder(trial).start().waitFor() == 0;
      return new ArrayList<>(known ? env : List.of());
    } catch (IOException noEnv) {
      return new ArrayList<>();
    }
  }
}
