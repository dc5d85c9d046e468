package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code docs/compared.md} says of {@code istioctl analyze} on files is true, where the
 * environment variable {@code MESHGUARD_ISTIOCTL} names a binary of the version that the page
 * names.
 */
@EnabledIfEnvironmentVariable(
    named = ComparedIstioctlTest.VARIABLE,
    matches = ".+",
    disabledReason = ComparedIstioctlTest.VARIABLE + " names no istioctl to compare with")
final class ComparedIstioctlTest {

  static final String VARIABLE = "MESHGUARD_ISTIOCTL";
  private static final long SECONDS = 60;

  static List<ComparedPage.Row> rows() {
    return ComparedPage.read().rows();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void exactlyTheNamedCodesAreSaid(ComparedPage.Row row, @TempDir Path folder) throws Exception {
    String istioctl = Objects.requireNonNull(System.getenv(VARIABLE));
    Path input = Files.writeString(folder.resolve("input.yaml"), row.sample().text());
    assertThat(codes(istioctl, input, folder.resolve("output.json"))).isEqualTo(row.codesOnFiles());
  }

  /**
   * Its exit code is not looked at: it is 79 for findings, and 1 for a file that it cannot read.
   */
  private static Set<String> codes(String istioctl, Path input, Path output)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                istioctl,
                "analyze",
                "--use-kube=false",
                "--all-namespaces",
                "--output=json",
                input.toString())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("istioctl ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    Set<String> codes = new TreeSet<>();
    for (JsonNode message : new ObjectMapper().readTree(withoutLog(Files.readString(output)))) {
      codes.add(message.path("code").asText());
    }
    return codes;
  }

  /** What it logs of a document that it skips precedes the array. */
  private static String withoutLog(String output) {
    return output
        .lines()
        .dropWhile(line -> !line.startsWith("["))
        .collect(Collectors.joining("\n"));
  }
}
