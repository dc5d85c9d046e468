package io.meshguard.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meshguard.engine.ModeSource.BuiltIn;
import io.meshguard.engine.ModeSource.Line;
import io.meshguard.engine.ModeSource.NewRule;
import io.meshguard.engine.ModeSource.Toggle;
import io.meshguard.rule.Language;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ModeSourceTest {

  @ParameterizedTest
  @MethodSource("sources")
  void isToldInTheLanguageOfTheReader(ModeSource source, String english, String chinese) {
    assertThat(Language.EN.render(source.message())).isEqualTo(english);
    assertThat(Language.ZH.render(source.message())).isEqualTo(chinese);
  }

  static Stream<Arguments> sources() {
    String path = "a".repeat(1_000) + ".yaml:12";
    return Stream.of(
        arguments(new BuiltIn(), "default", "默认"),
        arguments(new Toggle("a-rule"), "toggle a-rule", "开关 a-rule"),
        arguments(new Line("policy.yaml:12"), "policy.yaml:12", "policy.yaml:12"),
        arguments(new Line(path), path, path),
        arguments(
            new NewRule(new Toggle("a-rule"), "0.2"),
            "toggle a-rule, new in 0.2",
            "开关 a-rule，0.2 的新规则"));
  }
}
