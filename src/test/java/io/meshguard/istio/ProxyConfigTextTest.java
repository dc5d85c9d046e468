package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyConfigTextTest {

  private static final JsonNode TRUE = JsonNodeFactory.instance.booleanNode(true);

  @Test
  void readsBothSpellingsAndBothForms() {
    assertThat(ProxyConfigText.of("proxy_metadata: {A: b}").field("proxyMetadata").at("A").text())
        .contains("b");
    assertThat(ProxyConfigText.of("{\"proxyMetadata\":{}}").field("proxyMetadata").isObject())
        .isTrue();
    assertThat(ProxyConfigText.of("a: 1\n---\nb: 2\n").config().at("b").isMissing()).isTrue();
    assertThat(ProxyConfigText.of("").config().isPresent()).isFalse();
    assertThat(ProxyConfigText.of("a: [b").problem()).isPresent();
    assertThat(ProxyConfigText.of("a: [b").config().isMissing()).isTrue();
  }

  @Test
  void addsAFieldInTheFormOfTheText() {
    assertThat(plus("")).isEqualTo("hold: true\n");
    assertThat(plus("# none yet\n")).isEqualTo("# none yet\nhold: true\n");
    assertThat(plus("null")).isEqualTo("hold: true\n");
    assertThat(plus("a: 1\n")).isEqualTo("a: 1\nhold: true\n");
    assertThat(plus("  a: 1 # why\n  b:\n    c: 2"))
        .isEqualTo("  a: 1 # why\n  b:\n    c: 2\n  hold: true");
    assertThat(plus("{}")).isEqualTo("{\"hold\": true}");
    assertThat(plus("{\"a\":1}")).isEqualTo("{\"a\":1,\"hold\":true}");
    assertThat(plus("{\"a\": 1}")).isEqualTo("{\"a\": 1, \"hold\": true}");
    assertThat(plus("{\n  \"a\": 1\n}\n")).isEqualTo("{\n  \"a\": 1,\n  \"hold\": true\n}\n");
    assertThat(plus("a: |\n  text\n\n")).isEqualTo("a: |\n  text\nhold: true\n\n");
    assertThat(plus("a: 1\n---\nb: 2\n")).isEqualTo("a: 1\nhold: true\n---\nb: 2\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "[1]", "hold: false\n", "a: [b", "a: 1\n---\nb: [c\n"})
  void leavesAloneWhatCannotTakeAField(String text) {
    assertThat(ProxyConfigText.of(text).plus("hold", TRUE)).isEmpty();
  }

  @Test
  void replacesScalarsInPlace() {
    assertThat(with("hold: \"yes\" # why\na: 1\n", "/hold", TRUE))
        .isEqualTo("hold: true # why\na: 1\n");
    assertThat(with("{\"hold\":\"yes\",\"a\":1}", "/hold", TRUE))
        .isEqualTo("{\"hold\":true,\"a\":1}");
    JsonPointer hold = JsonPointer.compile("/hold");
    JsonPointer other = JsonPointer.compile("/a");
    assertThat(ProxyConfigText.of("{a: 1, hold: 'on'}").with(Map.of(hold, TRUE, other, TRUE)))
        .contains("{a: true, hold: true}");
    JsonNode quoted = JsonNodeFactory.instance.textNode("true");
    assertThat(with("proxyMetadata:\n  A: true\n  B: x\n", "/proxyMetadata/A", quoted))
        .isEqualTo("proxyMetadata:\n  A: \"true\"\n  B: x\n");
    assertThat(with("a: |\n  b\n", "/a", TRUE)).isEqualTo("a: true\n");
    assertThat(ProxyConfigText.of("a: 1\n").with(Map.of(JsonPointer.compile("/b"), TRUE)))
        .isEmpty();
  }

  @Test
  @Timeout(60)
  void manyScalarsAreReplacedInOneReading() {
    StringBuilder text = new StringBuilder("proxyMetadata:\n");
    Map<JsonPointer, JsonNode> values = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      text.append("  A").append(i).append(": ").append(i).append(" # why\n");
      values.put(
          JsonPointer.compile("/proxyMetadata/A" + i), JsonNodeFactory.instance.textNode("" + i));
    }

    assertThat(ProxyConfigText.of(text.toString()).with(values))
        .contains(text.toString().replaceAll(": (\\d+)", ": \"$1\""));
  }

  private static String plus(String text) {
    return ProxyConfigText.of(text).plus("hold", TRUE).orElseThrow();
  }

  private static String with(String text, String at, JsonNode value) {
    return ProxyConfigText.of(text).with(Map.of(JsonPointer.compile(at), value)).orElseThrow();
  }
}
