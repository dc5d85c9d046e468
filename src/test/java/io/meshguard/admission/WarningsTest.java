package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarningsTest {

  private final Warnings warnings = new Warnings();

  @Test
  void keepsOrderAndSaysNothingTwice() {
    List.of("b", "a", "b").forEach(line -> warnings.add(() -> line));

    assertThat(warnings.fitting(left -> left + " more")).containsExactly("b", "a");
  }

  @Test
  void cutsALineByCodePoints() {
    String wide = "\uD83D\uDE00".repeat(300);
    warnings.add(() -> wide);

    String cut = warnings.fitting(left -> left + " more").get(0);
    assertThat(cut.codePointCount(0, cut.length())).isEqualTo(256);
    assertThat(cut).endsWith("\uD83D\uDE00…");
  }

  @Test
  void countsWhatDoesNotFit() {
    IntStream.range(0, 5_000)
        .forEach(i -> warnings.add(() -> "x".repeat(196) + "%04d".formatted(i)));

    List<String> lines = warnings.fitting(left -> left + " more");
    assertThat(lines).hasSize(11).last().isEqualTo("4990 more");
    assertThat(lines.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(2_048);
  }

  @Test
  void needsNoLastLineWhereAllFitExactly() {
    IntStream.range(0, 8).forEach(i -> warnings.add(() -> i + "x".repeat(255)));

    assertThat(warnings.fitting(left -> left + " more")).hasSize(8);
  }
}
