package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.rule.Language;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Exit codes of what is nobody's finding. */
final class CliErrorsTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void anInternalErrorIsNoFinding() {
    assertThat(ended(Language.EN, 0, () -> fail(new IllegalStateException("x")))).isEqualTo(70);
    assertThat(said()).startsWith("meshguard: internal error of meshguard, please report it\n");
    assertThat(ended(Language.EN, 0, () -> fail(new StackOverflowError()))).isEqualTo(70);
  }

  @Test
  void tooLittleMemoryIsToldAsSuch() {
    Throwable inside = new IllegalStateException(new OutOfMemoryError("heap"));

    assertThat(ended(Language.ZH, 0, () -> fail(inside))).isEqualTo(70);
    assertThat(said()).startsWith("meshguard: 内存不足").hasLineCount(1);
  }

  @Test
  void lostResultsBeatSuccessAndFindings() {
    assertThat(ended(Language.EN, 1, () -> {})).isEqualTo(1);
    assertThat(ended(Language.EN, 1, () -> {}, "Input/output error")).isEqualTo(2);
    assertThat(said())
        .isEqualTo("meshguard: cannot write to standard output: Input/output error\n");
    assertThat(ended(Language.EN, 0, () -> fail(new StackOverflowError()), "I/O")).isEqualTo(70);
  }

  @Test
  void aReaderThatIsGoneLosesNothing() {
    assertThat(ended(Language.EN, 1, () -> {}, "Broken pipe")).isEqualTo(1);
    assertThat(said()).isEmpty();
  }

  @Test
  void bothLanguagesSayTheSame() throws Exception {
    assertThat(keys("messages.properties")).isEqualTo(keys("messages_zh.properties"));
  }

  private int ended(Language language, int exitCode, Runnable command) {
    return ended(language, exitCode, command, "");
  }

  private int ended(Language language, int exitCode, Runnable command, String failure) {
    err.reset();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new ResultStream(new Failing(failure)),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            Map.of(),
            LocalDate.of(2026, 3, 1));
    return new CliErrors(console.speaking(language))
        .guard(
            () -> {
              console.out().print("results");
              command.run();
              return exitCode;
            });
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static void fail(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) cause;
  }

  private static Object keys(String name) throws IOException {
    Properties properties = new Properties();
    try (var in = CliErrors.class.getResourceAsStream(name)) {
      properties.load(in);
    }
    return properties.stringPropertyNames();
  }

  private static final class Failing extends OutputStream {
    private final String failure;

    Failing(String failure) {
      this.failure = failure;
    }

    @Override
    public void write(int single) throws IOException {
      if (!failure.isEmpty()) {
        throw new IOException(failure);
      }
    }
  }
}
