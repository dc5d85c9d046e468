package io.meshguard.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompactorTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Some have the same hash. */
  private static final List<String> KEYS = List.of("a", "b", "Aa", "BB", "name", "port");

  private static final List<@Nullable Object> LEAVES =
      Arrays.asList("", "a", "Aa", "BB", "true", "1", true, false, 0, 1, -7, 1L << 40, 1.5, null);

  private final Compactor compactor = new Compactor();

  @Test
  void anEqualTreeThatReadsTheSame() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      Object value = value(random, 4);
      String text = JSON.writeValueAsString(value);
      JsonNode plain = JSON.readTree(text);

      for (Object given : new Object[] {value, plain}) {
        JsonNode compact = compactor.compact(given);
        assertThat(compact.equals(plain) && plain.equals(compact)).as(text).isTrue();
        assertThat(compact.hashCode()).as(text).isEqualTo(plain.hashCode());
        assertThat(compact.toString()).isEqualTo(text);
      }
    }
  }

  private static @Nullable Object value(Random random, int depth) {
    int size = random.nextInt(4);
    return switch (random.nextInt(depth == 0 ? 1 : 3)) {
      case 1 -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      case 2 -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
          map.put(KEYS.get(random.nextInt(KEYS.size())), value(random, depth - 1));
        }
        yield map;
      }
      default -> LEAVES.get(random.nextInt(LEAVES.size()));
    };
  }

  /** What is remembered outlives its object; some tens of large ones would fill the memory. */
  @Test
  void nothingLargeIsRemembered() {
    Map<String, @Nullable Object> many = new LinkedHashMap<>();
    for (int i = 0; i < 1_000; i++) {
      many.put("key" + i, i);
    }
    for (Object large :
        List.of(
            Map.of("value", many),
            List.of(many),
            List.of(List.of(many)),
            List.copyOf(many.keySet()),
            List.of(List.copyOf(many.keySet())),
            "x".repeat(10_000))) {
      assertThat(compactor.compact(large)).isEqualTo(compactor.compact(large));
      assertThat(compactor.compact(large)).isNotSameAs(compactor.compact(large));
    }
  }

  @Test
  void equalPartsAreTheSame() throws Exception {
    JsonNode one = read("{'name':'a','ports':[{'name':'http','port':80},{'name':'b','port':80}]}");
    JsonNode two = read("{'name':'b','ports':[{'name':'http','port':80}]}");

    assertThat(two.at("/ports/0")).isSameAs(one.at("/ports/0"));
    assertThat(two.path("name")).isSameAs(one.at("/ports/1/name"));
    assertThat(read("{'ports':[{'name':'http','port':80}],'name':'b'}")).isEqualTo(two);
  }

  @Test
  void manyFieldsAreKeptToo() {
    Map<String, Integer> many =
        IntStream.range(0, 50).boxed().collect(Collectors.toMap(i -> "key-" + i, i -> i));

    assertThat(compactor.compact(many)).isEqualTo(JSON.valueToTree(many));
    assertThat(compactor.compact(many).path("key-7").asInt()).isEqualTo(7);
  }

  @Test
  void nobodyChangesIt() throws Exception {
    ObjectNode tree = (ObjectNode) read("{'name':'a'}");

    assertThatThrownBy(() -> tree.put("name", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(tree.<ObjectNode>deepCopy().put("name", "b").path("name").asText()).isEqualTo("b");
  }

  private JsonNode read(String text) throws Exception {
    return compactor.compact(JSON.readValue(text.replace('\'', '"'), Object.class));
  }
}
