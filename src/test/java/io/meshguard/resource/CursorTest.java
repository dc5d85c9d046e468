package io.meshguard.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class CursorTest {

  private static final String TREE =
      """
      {"a":{"b/c":[{"~d":1},{"~d":2}],"":{"8080":3},"~1":4}}""";

  @Test
  void everyPointerLeadsToTheNodeThatItIsOf() throws JsonProcessingException {
    JsonNode tree = new ObjectMapper().readTree(TREE);

    assertLeadsBack(Cursor.root(tree), tree, 12);
  }

  @Test
  void aMissingPlaceHasAPointerToo() {
    Cursor missing = Cursor.root(new ObjectMapper().createObjectNode()).at("a").at(3).at("b/c");

    assertThat(missing.isMissing()).isTrue();
    assertThat(missing.pointer()).isEqualTo(JsonPointer.compile("/a/3/b~1c"));
  }

  @Test
  void wayOfStepsDoesNotMatter() throws JsonProcessingException {
    JsonNode tree = new ObjectMapper().readTree(TREE);
    Cursor steps = Cursor.root(tree).at("a", "b/c").at(1).at("~d");
    JsonPointer pointer = JsonPointer.compile("/a/b~1c/1/~0d");
    Cursor jump = new Cursor(tree.at(pointer), pointer);

    assertThat(steps).isEqualTo(jump).hasSameHashCodeAs(jump);
    assertThat(new Cursor(tree, pointer).at("x").pointer())
        .isEqualTo(JsonPointer.compile("/a/b~1c/1/~0d/x"));
    assertThat(steps).isNotEqualTo(Cursor.root(tree).at("a", "b/c").at(0).at("~d"));
  }

  private static void assertLeadsBack(Cursor at, JsonNode tree, int left) {
    assertThat(tree.at(at.pointer())).isSameAs(at.node());
    if (left > 0) {
      at.each().forEach(element -> assertLeadsBack(element, tree, left - 1));
      at.fields().forEach(field -> assertLeadsBack(field.value(), tree, left - 1));
    }
  }
}
