package io.meshguard.report;

import io.meshguard.rule.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The pages of the rules, which are packed with the program. */
public final class RulePages {

  private static final String CHINESE = "## 中文";
  private static final String SEEN = "Seen with Istio ";
  private static final String INJECTOR = "'s injector";

  private RulePages() {}

  /** Returns a rule's page in one language, as Markdown; empty if there is no such rule. */
  public static Optional<String> page(String rule, Language language) {
    return read(rule).map(text -> language == Language.ZH ? chinese(text) : english(text));
  }

  /** Returns the first paragraph of a rule's page. */
  public static Optional<String> summary(String rule) {
    return summary(rule, Language.EN);
  }

  /** Returns the first paragraph of a rule's page in one language, as one line. */
  public static Optional<String> summary(String rule, Language language) {
    return page(rule, language)
        .flatMap(
            text ->
                text.lines()
                    .dropWhile(line -> line.startsWith("#") || line.isBlank())
                    .takeWhile(line -> !line.isBlank())
                    .reduce((a, b) -> a + " " + b));
  }

  /**
   * Returns the versions of Istio and Envoy on which the symptom was seen and its absence, such as
   * {@code Istio 1.31, Envoy 1.40.0}, or {@code Istio 1.31} where no Envoy has a part in it; none
   * where the page says that it cannot be.
   */
  public static List<String> observed(String rule) {
    return read(rule)
        .flatMap(text -> text.lines().filter(line -> line.startsWith(SEEN)).findFirst())
        .map(
            line -> {
              String text = line.substring(SEEN.length());
              String seen = text.contains(":") ? text.substring(0, text.indexOf(':')) : text;
              String[] parts = seen.replace(INJECTOR, "").split(" on Envoy ", 2);
              String istio = "Istio " + parts[0];
              return parts.length == 1
                  ? List.of(istio)
                  : Stream.of(parts[1].split(" and |, "))
                      .map(envoy -> istio + ", Envoy " + envoy)
                      .toList();
            })
        .orElse(List.of());
  }

  private static Optional<String> read(String rule) {
    boolean isId = rule.chars().allMatch(c -> c == '-' || Character.isLetterOrDigit(c));
    if (!isId) {
      return Optional.empty();
    }
    try (InputStream in = RulePages.class.getResourceAsStream("/docs/rules/" + rule + ".md")) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own page of " + rule + " is unreadable", e);
    }
  }

  private static String english(String text) {
    return join(text.lines().takeWhile(line -> !line.startsWith(CHINESE)).toList());
  }

  /** Takes the title and the Chinese section; where a page has none, all of it. */
  private static String chinese(String text) {
    List<String> lines = new ArrayList<>();
    text.lines().findFirst().ifPresent(lines::add);
    List<String> section = text.lines().dropWhile(line -> !line.startsWith(CHINESE)).toList();
    if (section.isEmpty()) {
      return text;
    }
    lines.addAll(section.subList(1, section.size()));
    return join(lines);
  }

  private static String join(List<String> lines) {
    return String.join("\n", lines).strip() + "\n";
  }
}
