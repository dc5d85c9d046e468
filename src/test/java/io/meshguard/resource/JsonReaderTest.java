package io.meshguard.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.resource.JsonLimitException.Limit;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {

  private static final JsonReader SMALL = new JsonReader(20, 5, 200);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "1",
        "\"a\"",
        "null",
        "true",
        "",
        "  ",
        "{\"a\":{\"b\":[1,-2,3000000000,99999999999999999999,1.5,-0.0,1e3,null,true,false,\"\"]}}",
        "{\"a\":1,\"a\":2}",
        "[[],{},[{}]]",
        "\"\\u00e9\\n\\ud83d\\ude00\""
      })
  void readsWhatAnyOtherReaderReads(String text) throws IOException {
    assertThat(SMALL.read(text.getBytes(UTF_8))).isEqualTo(new ObjectMapper().readTree(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1,", "{\"a\"}", "{} {}", "[1]2", "nul", "{\"a\":1}}", "'a'"})
  void refusesWhatIsNoJson(String text) {
    assertThatThrownBy(() -> SMALL.read(text.getBytes(UTF_8)))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void stopsAtTheFirstNodeLevelOrLetterTooMany() throws IOException {
    assertThat(read("[" + "1,".repeat(18) + "1]").size()).isEqualTo(19);
    assertLimit("[" + "1,".repeat(19) + "1]", Limit.NODES);
    assertLimit("[" + "{},".repeat(19) + "{}]", Limit.NODES);
    assertThat(read("[[[[[]]]]]").size()).isEqualTo(1);
    assertLimit("[[[[[[]]]]]]", Limit.DEPTH);
    assertThat(read("\"" + "a".repeat(200) + "\"").textValue()).hasSize(200);
    assertLimit("{\"" + "a".repeat(201) + "\":1}", Limit.LENGTH);
    assertLimit("[" + "1".repeat(201) + "]", Limit.LENGTH);
    assertLimit("[" + "[".repeat(100_000), Limit.DEPTH);
  }

  @Test
  void aLimitIsToldBeforeWhatStandsBehindItIsRead() {
    assertLimit("[" + "{},".repeat(1_000_000) + "no JSON", Limit.NODES);
  }

  @Test
  void anObjectOverALimitIsKnownByItsTreeToo() throws IOException {
    JsonReader large = new JsonReader(1_000_000, 10_000, 1_000);
    JsonNode many = large.read(("[" + "1,".repeat(300_000) + "1]").getBytes(UTF_8));
    JsonNode deep = large.read(("[".repeat(600) + "]".repeat(600)).getBytes(UTF_8));
    JsonNode good = large.read(("[".repeat(500) + "]".repeat(500)).getBytes(UTF_8));

    assertThat(ObjectLimits.exceeded(many)).contains(Limit.NODES);
    assertThat(ObjectLimits.exceeded(deep)).contains(Limit.DEPTH);
    assertThat(ObjectLimits.exceeded(good)).isEmpty();
  }

  private static JsonNode read(String text) throws IOException {
    return SMALL.read(text.getBytes(UTF_8));
  }

  private static void assertLimit(String text, Limit limit) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            JsonLimitException.class, e -> assertThat(e.limit()).isEqualTo(limit));
  }
}
