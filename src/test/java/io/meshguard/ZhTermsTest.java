package io.meshguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages, rule pages and documentation in Chinese have one word for one thing. */
class ZhTermsTest {

  private static final Path WORDS = Path.of("src/test/resources/terms_zh.properties");
  private static final Pattern CHINESE = Pattern.compile("\\p{Han}");

  static List<Path> texts() throws IOException {
    try (Stream<Path> messages = Files.walk(Path.of("src", "main", "resources"));
        Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.of(
              messages.filter(file -> file.toString().endsWith("_zh.properties")),
              docs.filter(file -> file.toString().endsWith(".md")),
              Stream.of(Path.of("README.zh.md")))
          .flatMap(files -> files)
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void oneWordForOneThing(Path text) throws IOException {
    Properties words = new Properties();
    words.load(Files.newBufferedReader(WORDS, StandardCharsets.UTF_8));
    for (String line : Files.readAllLines(text)) {
      if (CHINESE.matcher(line).find()) {
        words.forEach(
            (other, word) ->
                assertThat(line).as("write %s", word).doesNotContain(other.toString()));
      }
    }
  }
}
