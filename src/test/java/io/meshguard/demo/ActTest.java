package io.meshguard.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @TempDir private Path directory = Path.of("");

  @Test
  void showsTheCommandAndBothItsOutputsInTheirOrder() throws Exception {
    act(Paint.PLAIN).run("echo one; echo two >&2; echo three", 0, "one", "three");

    assertThat(shown()).endsWith("\n$ echo one; echo two >&2; echo three\none\ntwo\nthree\n");
  }

  @Test
  void failsWhereTheExitCodeIsAnother() {
    assertThatThrownBy(() -> act(Paint.PLAIN).run("echo created", 1, "denied"))
        .isInstanceOf(ActFailedException.class)
        .hasMessageContaining("act 1 did not show what it should")
        .hasMessageContaining("exit code 1 and the text \"denied\"")
        .hasMessageContaining("the exit code was 0");
    assertThat(shown()).contains("created");
  }

  @Test
  void failsWhereATextIsMissing() {
    assertThatThrownBy(() -> act(Paint.PLAIN).run("echo created", 0, "created", "Warning"))
        .isInstanceOf(ActFailedException.class)
        .hasMessageContaining("the text \"Warning\"");
  }

  @Test
  void failsWhereThePolicyCannotBePatched() throws Exception {
    kubectl("echo 'Error from server (Forbidden)' >&2; exit 1");

    assertThatThrownBy(() -> act(Paint.PLAIN).toggle("implicit-retries", "fix"))
        .isInstanceOf(ActFailedException.class);
    assertThat(shown()).contains("Error from server (Forbidden)");
  }

  @Test
  void patchesThePolicyAndWaitsUntilItIsInForce() throws Exception {
    kubectl("printf '%s\\n' \"$@\"; echo configmap/meshguard-policy patched");

    act(Paint.PLAIN).toggle("implicit-retries", "fix");

    assertThat(shown())
        .contains(
            """
            -n
            meshguard
            patch
            configmap
            meshguard-policy
            --type
            merge
            -p
            {"data":{"implicit-retries":"fix"}}
            """)
        .containsPattern("\\(in force \\d+ ms after kubectl returned\\)\n$");
  }

  @Test
  void coloursWarningsAndErrorsOnATerminalOnly() throws Exception {
    act(Paint.COLOUR).run("echo 'Warning: careful'; echo 'Error from server: no'", 0);

    assertThat(shown())
        .contains("\u001b[33mWarning: \u001b[0mcareful")
        .contains("\u001b[31mError from server: no\u001b[0m");
  }

  private Act act(Paint paint) {
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    Screen screen = new Screen(print, print, paint, Language.EN);
    Shell shell = new Shell(directory, directory.resolve("kubectl"), directory.resolve("config"));
    return Act.begin(1, "denial", screen, shell, new Counting());
  }

  private void kubectl(String script) throws Exception {
    Path kubectl = directory.resolve("kubectl");
    Files.writeString(kubectl, "#!/bin/sh\n" + script + "\n");
    assertThat(kubectl.toFile().setExecutable(true)).isTrue();
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Has another policy in force each time it is asked. */
  private static final class Counting implements PolicyClock {
    private long generation;

    @Override
    public long generation() {
      return generation++;
    }
  }
}
