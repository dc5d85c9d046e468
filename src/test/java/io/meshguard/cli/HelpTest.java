package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "check",
        "lsp",
        "rules",
        "explain",
        "trace",
        "diff",
        "forecast",
        "test",
        "test init",
        "serve",
        "access",
        "demo",
        "policy",
        "webhook",
        "webhook pause",
        "webhook resume",
        "webhook status",
        "policy check",
        "policy show",
        "policy diff",
      })
  void everyCommandHasHelpWithExamples(String command) {
    Ran ran = Ran.of((command + " --help").strip().split(" "));
    assertThat(ran.exitCode()).isEqualTo(0);
    assertThat(ran.out()).contains("Usage: meshguard", "Examples:");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void completionIsGenerated() {
    Ran ran = Ran.of("generate-completion");
    assertThat(ran.exitCode()).isEqualTo(0);
    assertThat(ran.out()).contains("_complete_meshguard", "--fail-on");
  }
}
