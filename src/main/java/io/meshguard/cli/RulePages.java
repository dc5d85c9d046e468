package io.meshguard.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The pages of rules, as they are packed with the program. */
final class RulePages {

  private static final String CHINESE = "## 中文";

  private RulePages() {}

  /** Returns the page of a rule, in Markdown. */
  static String page(String rule) {
    try (InputStream in = RulePages.class.getResourceAsStream("/docs/rules/" + rule + ".md")) {
      if (in == null) {
        throw new IllegalStateException("the page of " + rule + " is not packed");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the sentence that says what a rule finds. */
  static String summary(String rule) {
    return page(rule).lines().skip(1).filter(line -> !line.isBlank()).findFirst().orElse("");
  }

  /** Returns the page without its Chinese section. */
  static String english(String rule) {
    String page = page(rule);
    int chinese = page.indexOf("\n" + CHINESE);
    return chinese < 0 ? page : page.substring(0, chinese + 1);
  }

  /** Returns the Chinese section below the title, with the examples, which speak for themselves. */
  static String chinese(String rule) {
    String page = page(rule);
    int chinese = page.indexOf("\n" + CHINESE);
    String translated = chinese < 0 ? "" : page.substring(chinese + CHINESE.length() + 1).strip();
    List<String> parts = new ArrayList<>();
    parts.add("# " + rule);
    parts.add(translated);
    for (String heading : List.of("## Bad", "## Good", "## Fixed", "## Reported as")) {
      section(page, heading).ifPresent(parts::add);
    }
    return String.join("\n\n", parts) + "\n";
  }

  private static Optional<String> section(String page, String heading) {
    int start = page.indexOf("\n" + heading + "\n");
    if (start < 0) {
      return Optional.empty();
    }
    int end = page.indexOf("\n## ", start + 1);
    return Optional.of(page.substring(start + 1, end < 0 ? page.length() : end).strip());
  }
}
