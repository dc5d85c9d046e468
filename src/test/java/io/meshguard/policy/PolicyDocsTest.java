package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.RULES;
import static io.meshguard.policy.PolicyFixture.RUNNING;
import static io.meshguard.policy.PolicyFixture.TODAY;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.meshguard.resource.Kind;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the reference says is what the reader does. */
class PolicyDocsTest {

  private static final String PAGE = page(Language.EN);
  private static final Pattern QUOTED = Pattern.compile("`([^`]*)`");

  private static final RuleInfo ANOTHER =
      RuleInfo.rule("app-starts-before-proxy")
          .subjects(Kind.DEPLOYMENT)
          .mode(Mode.OFF)
          .fixes(Safety.SAFE)
          .build();

  private static String page(Language language) {
    try {
      return Files.readString(
          Path.of(language == Language.ZH ? "docs/zh/policy.md" : "docs/policy.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> samples() {
    List<String> samples = new ArrayList<>();
    String[] parts = PAGE.split("```yaml\n", -1);
    for (int i = 1; i < parts.length; i++) {
      samples.add(parts[i].substring(0, parts[i].indexOf("```")));
    }
    assertThat(samples).hasSizeGreaterThan(5);
    return samples;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void samplesAreGood(String sample) {
    List<RuleInfo> rules = Stream.concat(RULES.stream(), Stream.of(ANOTHER)).toList();

    PolicyResult result = new PolicyReader(rules, RUNNING).readFile("sample.yaml", sample, TODAY);

    assertThat(result.problems()).isEmpty();
    assertThat(result.warnings()).isEmpty();
  }

  @Test
  void everyKeyIsDescribed() {
    Stream.of(PolicyParser.KEYS, OverrideReader.KEYS, ExemptionReader.KEYS)
        .flatMap(List::stream)
        .map(key -> key.equals("mesh") ? "mesh.clusters" : key)
        .forEach(key -> assertThat(PAGE).contains("`" + key + "`"));
  }

  @ParameterizedTest
  @EnumSource
  void theErrorsShownAreTheRealOnes(Language language) {
    String policy =
        """
        # the platform team's
        language: en
        rules:
            unreachable-rout: deny
            host-outside-mesh: fix
        exemptions:
              - rules: [unreachable-route]
                users: [a]
                expires: 2027-02-30
                reason: r
        """;
    List<String> shown =
        page(language).lines().filter(line -> line.startsWith("policy.yaml:")).toList();

    assertThat(shown).hasSize(3);
    List<Problem> real = PolicyFixture.reader().readFile("policy.yaml", policy, TODAY).problems();
    assertThat(real).map(problem -> problem.line(language)).containsExactlyElementsOf(shown);
  }

  @ParameterizedTest
  @EnumSource
  void theErrorsExplainedAreMessages(Language language) throws IOException {
    String messages =
        Files.readString(
                Path.of(
                    "src/main/resources/io/meshguard/policy",
                    language == Language.ZH ? "messages_zh.properties" : "messages.properties"))
            + "expands to more than ";
    String page = page(language);
    String table = page.substring(page.lastIndexOf("| --- | --- | --- |"));
    List<String> errors = new ArrayList<>();
    table
        .lines()
        .skip(1)
        .takeWhile(row -> row.startsWith("|"))
        .forEach(
            row -> {
              Matcher quoted = QUOTED.matcher(row.substring(0, row.indexOf(" | ")));
              while (quoted.find()) {
                errors.add(quoted.group(1).replace("…", "").strip());
              }
            });

    assertThat(errors).hasSize(15).allMatch(messages::contains);
  }
}
