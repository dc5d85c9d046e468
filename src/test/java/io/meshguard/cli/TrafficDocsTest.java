package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the commands that pages show behind {@code <!-- run -->}, and compares what they print; with
 * {@code -Dgolden=update} writes it.
 */
final class TrafficDocsTest {

  private static final String MARK = "<!-- run -->\n```text\n$ ";
  private static final String END = "\n```\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docs/traffic.md",
        "docs/zh/traffic.md",
        "docs/check.md",
        "docs/zh/check.md",
        "docs/upgrade-istio.md",
        "docs/zh/upgrade-istio.md"
      })
  void commandsPrintWhatThePageShows(String name) throws IOException {
    Path page = Path.of(name);
    String text = Files.readString(page);
    StringBuilder made = new StringBuilder();
    int from = 0;
    for (int at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, from)) {
      int start = at + MARK.length();
      int end = text.indexOf(END, start);
      String command = text.substring(start, end).lines().findFirst().orElseThrow();
      String printed = run(command).strip();
      made.append(text, from, start).append(command).append('\n').append(printed);
      from = end;
    }
    made.append(text.substring(from));
    if ("update".equals(System.getProperty("golden"))) {
      Files.writeString(page, made);
    }
    assertThat(Files.readString(page)).isEqualTo(made.toString());
  }

  private static String run(String command) {
    List<String> words = words(command);
    assertThat(words.get(0)).isEqualTo("meshguard");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream nothing =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Main.run(
        words.subList(1, words.size()).toArray(String[]::new),
        new ByteArrayInputStream(new byte[0]),
        stream,
        nothing);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Words as a shell splits them: single quotes hold blanks together. */
  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
      } else if (c == ' ' && !quoted) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return words;
  }
}
