package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresControlPlane
@EnabledOnOs(OS.LINUX)
class ParentDeathTest {
  /** INT is left out: a shell that starts this run in the background has it ignored for all. */
  @ParameterizedTest
  @ValueSource(strings = {"KILL", "TERM"})
  void nothingOutlivesTheParent(String signal) throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ControlPlaneHost.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
      String[] told = String.valueOf(out.readLine()).split(" ", 3);
      long etcd = Long.parseLong(told[0]);
      long apiServer = Long.parseLong(told[1]);
      Path directory = Path.of(told[2]);
      assertThat(ProcessFiles.runs(etcd) && ProcessFiles.runs(apiServer)).isTrue();

      send(signal, parent.pid());

      assertThat(parent.waitFor(30, TimeUnit.SECONDS)).isTrue();
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (System.nanoTime() < deadline
          && (ProcessFiles.runs(etcd) || ProcessFiles.runs(apiServer) || Files.exists(directory))) {
        Thread.sleep(50);
      }
      assertThat(ProcessFiles.runs(etcd)).isFalse();
      assertThat(ProcessFiles.runs(apiServer)).isFalse();
      assertThat(directory).doesNotExist();
    } finally {
      parent.destroyForcibly();
    }
  }

  private static void send(String signal, long pid) throws Exception {
    Process kill =
        new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " " + pid)
            .redirectErrorStream(true)
            .redirectOutput(new File("/dev/null"))
            .start();
    assertThat(kill.waitFor()).isZero();
  }
}
