package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the program does as a process of its own: full disks, readers that go, signals. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
final class ProgramTest {

  private static final Path FULL = Path.of("/dev/full");

  private final Path dir;

  ProgramTest(@TempDir Path dir) {
    this.dir = dir;
  }

  @Test
  void resultsThatCannotBeWrittenAreNoSuccess() throws Exception {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);
    for (List<String> command :
        List.of(
            List.of("check", "-o", "json", routes),
            List.of("rules"),
            List.of("policy", "show"),
            List.of("generate-completion"))) {
      Process process = start(List.of(), command, Redirect.to(FULL.toFile()));
      assertThat(error(process))
          .as("%s", command)
          .isEqualTo("meshguard: cannot write to standard output: No space left on device\n");
      assertThat(process.waitFor()).as("%s", command).isEqualTo(2);
    }
  }

  @Test
  void theLossIsToldInTheLanguageThatIsAskedFor() throws Exception {
    List<String> command = List.of("explain", "unreachable-route", "--language", "zh");

    Process process = start(List.of(), command, Redirect.to(FULL.toFile()));

    assertThat(error(process)).startsWith("meshguard: 无法写入标准输出：");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoTrouble() throws Exception {
    Process process = start(List.of(), List.of("rules", "-o", "json"), Redirect.PIPE);
    try (InputStream out = process.getInputStream()) {
      assertThat(out.read()).isEqualTo('{');
    }

    assertThat(error(process)).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void tooLittleMemoryIsToldAndIsNoFinding() throws Exception {
    Path large = dir.resolve("large.yaml");
    Files.writeString(large, Shop.SERVICE + "---\n" + "# filler\n".repeat(3_000_000));

    Process process =
        start(List.of("-Xmx24m"), List.of("check", large.toString()), Redirect.DISCARD);

    assertThat(error(process))
        .isEqualTo(
            "meshguard: out of memory: check fewer files at once, or give Java more with"
                + " JAVA_OPTS=-Xmx2g\n");
    assertThat(process.waitFor()).isEqualTo(70);
  }

  @Test
  void aPipeIsNamedAndNotWaitedFor() throws Exception {
    Path pipe = dir.resolve("pipe.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Shop.write(dir, "service.yaml", Shop.SERVICE);
    String why = "is a pipe, a socket or a device; use - and feed it to standard input";

    for (String path : List.of(pipe.toString(), dir.toString())) {
      Process process = start(List.of(), List.of("check", path), Redirect.PIPE);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
      assertThat(process.exitValue()).isEqualTo(2);
      assertThat(text(process.getInputStream()) + error(process)).contains(pipe.toString(), why);
    }
    assertThat(Ran.of("check", "--policy", pipe.toString(), dir.toString()).err()).contains(why);
    assertThat(Ran.of("check", "/dev/zero").out()).contains(why);
  }

  @Test
  void whoInterruptsAFixFindsNoTemporaryFile() throws Exception {
    for (int i = 0; i < 500; i++) {
      Shop.write(dir, "routes-" + i + ".yaml", Shop.RETRIES.replace("ratings", "ratings-" + i));
    }
    String policy = Shop.write(dir, "policy", Shop.policy("implicit-retries", "fix"));
    Process process =
        start(
            List.of(),
            List.of("check", "--fix", "--policy", policy, dir.toString()),
            Redirect.DISCARD);
    while (process.isAlive() && temporary().isEmpty()) {
      Thread.onSpinWait();
    }
    process.destroy();

    assertThat(process.waitFor()).as("ended by the signal").isEqualTo(143);
    assertThat(temporary()).isEmpty();
  }

  private List<Path> temporary() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> file.getFileName().toString().endsWith(".tmp")).toList();
    }
  }

  private static Process start(List<String> java, List<String> command, Redirect out)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(Arrays.asList("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.addAll(java);
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).redirectOutput(out);
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  private static String error(Process process) throws IOException {
    return text(process.getErrorStream());
  }

  private static String text(InputStream stream) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      StringBuilder text = new StringBuilder();
      reader.lines().forEach(line -> text.append(line).append('\n'));
      return text.toString();
    }
  }
}
