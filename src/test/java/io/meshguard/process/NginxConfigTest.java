package io.meshguard.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.WorkBudget;
import io.meshguard.process.NginxConfig.Directive;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NginxConfigTest {

  @Test
  void readsDirectivesAndBlocks() {
    List<Directive> read =
        read("# c\nuser nginx;\nhttp { a 'b;c' \"d\\\"e\"; server{x ${y}z;} }").orElseThrow();
    assertThat(read).extracting(Directive::name).containsExactly("user", "http");
    Directive http = read.get(1);
    assertThat(http.children().get(0).args()).containsExactly("b;c", "d\"e");
    assertThat(http.children().get(1).children().get(0).args()).containsExactly("${y}z");
  }

  @Test
  void passesOverLua() {
    List<Directive> read =
        read("content_by_lua_block { if a then b = {1} end } c d;").orElseThrow();
    assertThat(read).extracting(Directive::name).containsExactly("content_by_lua_block", "c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a {", "}", "a b }", ";", "a \"b;", "{ a b; }", "x_by_lua_block {"})
  void refusesWhatIsNone(String text) {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void readsLargeTextsInLinearTime() {
    String text = "location /a { proxy_pass http://b; }\n".repeat(50_000);
    assertThat(read(text).orElseThrow()).hasSize(50_000);
    assertThat(read("a {".repeat(100_000))).isEmpty();
  }

  @Test
  void endsWithItsBudget() {
    String text = "location /a { proxy_pass http://b; }\n".repeat(1_000);
    WorkBudget budget = new WorkBudget(text.length() + 1_000L);
    assertThat(NginxConfig.read(text, budget)).isEmpty();
    assertThat(budget.isOver()).isTrue();
  }

  private static Optional<List<Directive>> read(String text) {
    return NginxConfig.read(text, new WorkBudget(Long.MAX_VALUE));
  }
}
