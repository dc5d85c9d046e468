package io.meshguard.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PatchesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TREE =
      """
      {"spec":{"http":[{"name":"a"},{"name":"b","match":[{"uri":1}]},{"name":"c"}],"x":{}},
       "metadata":{"annotations":{"a/b":"1"}},"0":[[1],[2]]}""";

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static PatchOp op(JsonNode op) {
    JsonPointer path = JsonPointer.compile(op.path("path").asText());
    return switch (op.path("op").asText()) {
      case "add" -> new PatchOp.Add(path, op.path("value"));
      case "replace" -> new PatchOp.Replace(path, op.path("value"));
      case "remove" -> new PatchOp.Remove(path);
      case "test" -> new PatchOp.Test(path, op.path("value"));
      default -> new PatchOp.Move(JsonPointer.compile(op.path("from").asText()), path);
    };
  }

  private static List<PatchOp> ops(String patch) {
    return JSON.convertValue(json(patch), new TypeReference<List<JsonNode>>() {}).stream()
        .map(PatchesTest::op)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{'op':'add','path':'/spec/http/0','value':{'n':1}}]",
        "[{'op':'add','path':'/spec/http/-','value':{'n':1}}]",
        "[{'op':'add','path':'/spec/http/3','value':{'n':1}}]",
        "[{'op':'add','path':'/spec/x/y','value':[1]},{'op':'add','path':'/spec/x/y/0','value':2}]",
        "[{'op':'add','path':'/new','value':{}}]",
        "[{'op':'replace','path':'/spec/http/1/match/0/uri','value':2}]",
        "[{'op':'replace','path':'','value':{'a':1}}]",
        "[{'op':'remove','path':'/metadata/annotations/a~1b'}]",
        "[{'op':'remove','path':'/spec/http/1'},{'op':'remove','path':'/spec/http/1'}]",
        "[{'op':'move','from':'/spec/http/2','path':'/spec/http/0'}]",
        "[{'op':'move','from':'/spec/http/0','path':'/spec/http/2'}]",
        "[{'op':'move','from':'/spec/http/1/match','path':'/spec/x/match'},"
            + "{'op':'add','path':'/spec/x/match/0/uri','value':3}]",
        "[{'op':'move','from':'/0/0','path':'/0/1'},{'op':'add','path':'/0/1/0','value':9}]",
        "[{'op':'test','path':'/spec/http/0/name','value':'a'}]"
      })
  void appliesAsOneThatCopiesTheWholeTreeDoesAndLeavesTheTree(String patch) {
    JsonNode tree = json(TREE);
    List<PatchOp> ops = ops(patch.replace('\'', '"'));
    JsonNode expected = JsonPatch.apply(Patches.toJson(ops), tree.deepCopy());

    JsonNode patched = Patches.apply(ops, tree);

    assertThat(patched).isEqualTo(expected);
    assertThat(tree).as("the tree").isEqualTo(json(TREE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{'op':'remove','path':'/spec/nothing'}]",
        "[{'op':'replace','path':'/spec/http/9','value':1}]",
        "[{'op':'add','path':'/spec/http/9','value':1}]",
        "[{'op':'add','path':'/spec/http/0/name/deeper','value':1}]",
        "[{'op':'test','path':'/spec/http/0/name','value':'z'}]"
      })
  void refusesWhatDoesNotFitAndLeavesTheTree(String patch) {
    JsonNode tree = json(TREE);

    assertThatThrownBy(() -> Patches.apply(ops(patch.replace('\'', '"')), tree))
        .isInstanceOf(RuntimeException.class);
    assertThat(tree).isEqualTo(json(TREE));
  }

  @Test
  void whatIsNotTouchedIsShared() {
    JsonNode tree = json(TREE);
    JsonNode patched = Patches.apply(ops("[{\"op\":\"remove\",\"path\":\"/spec/x\"}]"), tree);

    assertThat(patched.at("/spec/http")).isSameAs(tree.at("/spec/http"));
    assertThat(patched.at("/metadata")).isSameAs(tree.at("/metadata"));
  }
}
