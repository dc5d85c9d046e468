package io.meshguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.rule.DowngradeReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessagesTest {

  @Test
  void bothLanguagesSayTheSame() throws Exception {
    Properties english = bundle("messages.properties");
    Properties chinese = bundle("messages_zh.properties");
    assertThat(english.stringPropertyNames()).isEqualTo(chinese.stringPropertyNames());
    for (String key : english.stringPropertyNames()) {
      assertThat(arguments(chinese.getProperty(key)))
          .as(key)
          .isEqualTo(arguments(english.getProperty(key)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonHasAText(DowngradeReason because) throws Exception {
    assertThat(bundle("messages.properties").stringPropertyNames())
        .contains("because." + because.text());
    assertThat(Files.readString(Path.of("docs/schema/report.schema.json")))
        .contains("\"" + because.text() + "\"");
  }

  private static Set<Integer> arguments(String pattern) {
    Set<Integer> arguments = new TreeSet<>();
    for (int i = 0; i + 1 < pattern.length(); i++) {
      if (pattern.charAt(i) == '{' && Character.isDigit(pattern.charAt(i + 1))) {
        arguments.add(pattern.charAt(i + 1) - '0');
      }
    }
    return arguments;
  }

  private static Properties bundle(String name) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = FindingText.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return properties;
  }
}
