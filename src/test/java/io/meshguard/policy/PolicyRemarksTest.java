package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.TODAY;
import static io.meshguard.policy.PolicyFixture.configMap;
import static io.meshguard.policy.PolicyFixture.lines;
import static io.meshguard.policy.PolicyFixture.policyYaml;
import static io.meshguard.policy.PolicyFixture.reader;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PolicyRemarksTest {

  @Test
  void whatIsNoMistakeAndYetWorthSaying() {
    Resource policy =
        configMap(
            """
            unreachable-route: warn
            host-outside-mesh: deny
            policy.yaml: |
              rulesAsOf: "0.9"
              rules:
                "*": fix
                unreachable-route: deny
                host-outside-mesh: deny
              exemptions:
              - {rules: [unreachable-route], users: [a], reason: r, expires: 2026-11-21}
              - {rules: [unreachable-route], users: [a], reason: r, expires: 2026-11-22}
              - {rules: [implicit-retries, "*"], users: [a], reason: r}
            """);

    PolicyResult result = reader().read(policy, TODAY);

    assertThat(result.problems()).isEmpty();
    assertThat(lines(result.warnings()))
        .containsExactly(
            "data: unreachable-route: the toggle (warn) takes precedence over policy.yaml:4",
            "policy.yaml:3:3: rules.*: \"*\": fix does not apply to rules that are off by"
                + " default: implicit-retries",
            "policy.yaml:1:1: rulesAsOf: is newer than this release, 0.1.0",
            "policy.yaml:7:3: exemptions: the exemption ended on 2026-11-21 and no longer applies",
            "policy.yaml:9:3: exemptions: rule implicit-retries is off everywhere, so this"
                + " exemption has no effect");
  }

  @Test
  void anOverrideThatLabelsChooseIsNamed() {
    Resource policy =
        policyYaml(
            """
            overrides:
            - {namespaceSelector: {matchLabels: {team: a}}, rules: {"*": warn}}
            - {namespaces: [b], namespaceSelector: {matchLabels: {team: b}}, dryRun: warn}
            - {namespaces: [c], rules: {"*": warn}}
            - {namespaceSelector: {matchLabels: {team: d}}, language: zh}
            """);

    assertThat(lines(reader().read(policy, TODAY).warnings()))
        .hasSize(2)
        .allMatch(
            line -> line.contains("anybody who may label a namespace can choose this override"))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("policy.yaml:2:4: overrides: "),
            second -> assertThat(second).startsWith("policy.yaml:3:21: overrides: "));
  }

  @Test
  void aServiceAccountOfAnyNamespaceIsNamed() {
    Resource policy =
        policyYaml(
            """
            controllers: ["*/flagger", "ops-*/canary"]
            exemptions:
            - {rules: ["*"], serviceAccounts: ["velero/*", "*/deployer"], reason: r}
            """);

    assertThat(lines(reader().read(policy, TODAY).warnings()))
        .containsExactly(
            "policy.yaml:1:1: controllers: */flagger matches a service account in any namespace,"
                + " so anybody who may create one can match it: name the namespace",
            "policy.yaml:3:3: exemptions: */deployer matches a service account in any namespace,"
                + " so anybody who may create one can match it: name the namespace");
  }

  @Test
  void aRuleThatAnOverrideSwitchesOnIsNotOffEverywhere() {
    PolicyResult result =
        reader()
            .readFile(
                "policy.yaml",
                """
                overrides: [{namespaces: [a], rules: {implicit-retries: warn}}]
                exemptions: [{rules: [implicit-retries], users: [a], reason: r}]
                """,
                TODAY);

    assertThat(result.warnings()).isEmpty();
  }

  @Test
  void bothLanguagesHaveTheSameMessagesWithTheSameArguments() {
    Properties english = load("messages.properties");
    Properties chinese = load("messages_zh.properties");

    assertThat(chinese.keySet()).isEqualTo(english.keySet()).isNotEmpty();
    for (String key : english.stringPropertyNames()) {
      String one = english.getProperty(key);
      String other = chinese.getProperty(key);
      assertThat(arguments(other)).as(key).isEqualTo(arguments(one));
      for (int i = 0; i < arguments(one); i++) {
        assertThat(one).contains("{" + i + "}");
        assertThat(other).contains("{" + i + "}");
      }
      assertThat(one).doesNotContain("'");
    }
    assertThat(Language.ZH.render(new Message(Problem.BUNDLE, "empty", List.of())))
        .isEqualTo("不能为空");
  }

  private static int arguments(String pattern) {
    return new MessageFormat(pattern).getFormatsByArgumentIndex().length;
  }

  private static Properties load(String name) {
    Properties properties = new Properties();
    try (InputStream in = Objects.requireNonNull(Policy.class.getResourceAsStream(name), name)) {
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
