package io.meshguard.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MessagesTest {

  @Test
  void bothLanguagesSayTheSame() throws Exception {
    Properties english = bundle("messages.properties");
    Properties chinese = bundle("messages_zh.properties");
    assertThat(chinese.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    for (String key : english.stringPropertyNames()) {
      assertThat(arguments(chinese.getProperty(key)))
          .as(key)
          .isEqualTo(arguments(english.getProperty(key)));
    }
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
    try (InputStream in = Screen.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return properties;
  }
}
