package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A command that is named is the same as it is among all others. */
final class SubcommandsTest {

  @Test
  void eachCommandOfTheHelpCanBeNamed() {
    List<String> names =
        Pattern.compile("(?m)^  ([a-z]+)  ")
            .matcher(section(Ran.of("--help").out()))
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();

    assertThat(names).contains("serve", "check", "policy", "webhook", "demo");
    for (String name : names) {
      assertThat(Ran.of(name, "--help").out()).startsWith("Usage: meshguard " + name);
      assertThat(Ran.of("--language", "zh", name, "--version").out()).startsWith("meshguard ");
    }
  }

  @Test
  void whatIsNoCommandIsComparedWithAll() {
    assertThat(Ran.of("chekc").err()).contains("Did you mean: check?");
    assertThat(Ran.of("--language=en", "plicy").err()).contains("policy");
    assertThat(Ran.of("--language").err()).startsWith("meshguard: ");
    assertThat(Ran.of("generate-completion").out()).contains("webhook", "access", "trace");
  }

  private static String section(String help) {
    return help.substring(help.indexOf("Commands:"), help.indexOf("Examples:"));
  }
}
