package io.meshguard.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ManifestViewTest {

  private static final JsonPointer A = JsonPointer.compile("/a");

  @Test
  void anEditIsNoLargerThanItMustBe() {
    assertThat(edits("# x\na: 1 # one\nb: 2\n", 0, new PatchOp.Replace(A, IntNode.valueOf(3))))
        .containsExactly(edit(2, 4, 2, 5, "3"));
    assertThat(edits("{\"a\":{\"b\":1}}", 0, add("/a/c", 2)))
        .containsExactly(edit(1, 12, 1, 12, ",\"c\":2"));
  }

  @Test
  void aNewLineStandsBetweenTheOthers() {
    assertThat(edits("a:\n  b: 1\nc: 2\n", 0, add("/a/d", 2)))
        .containsExactly(edit(3, 1, 3, 1, "  d: 2\n"));
    assertThat(edits("a:\r\n  b: 1\r\nc: 2\r\n", 0, add("/a/d", 2)))
        .containsExactly(edit(3, 1, 3, 1, "  d: 2\r\n"));
    assertThat(edits("a:\n  b: 1", 0, add("/a/d", 2)))
        .containsExactly(edit(2, 7, 2, 7, "\n  d: 2"));
  }

  @Test
  void columnsAreCodePointsAndAMarkIsNotCounted() {
    assertThat(edits("\uFEFF{\"😀\": 0, a: x}", 0, new PatchOp.Replace(A, TextNode.valueOf("z"))))
        .containsExactly(edit(1, 13, 1, 14, "\"z\""));
    assertThat(edits("{a: \"😀\"}\n", 0, new PatchOp.Replace(A, TextNode.valueOf("😁"))))
        .containsExactly(edit(1, 6, 1, 7, "😁"));
  }

  @Test
  void linesAreThoseOfTheWholeFile() {
    String text = "a: 1\n---\na: 2\r---\r# x\ra: 3\r\n---\na: 4\n";
    assertThat(edits(text, 2, new PatchOp.Replace(A, IntNode.valueOf(9))))
        .containsExactly(edit(6, 4, 6, 5, "9"));
    assertThat(edits(text, 3, new PatchOp.Replace(A, IntNode.valueOf(9))))
        .containsExactly(edit(8, 4, 8, 5, "9"));
  }

  private static PatchOp add(String path, int value) {
    return new PatchOp.Add(JsonPointer.compile(path), JsonNodeFactory.instance.numberNode(value));
  }

  private static TextEdit edit(int line, int column, int endLine, int endColumn, String text) {
    return new TextEdit(new Position(line, column), new Position(endLine, endColumn), text);
  }

  private static List<TextEdit> edits(String text, int document, PatchOp op) {
    return new ManifestView(text).edits(document, JsonPointer.empty(), List.of(op));
  }
}
