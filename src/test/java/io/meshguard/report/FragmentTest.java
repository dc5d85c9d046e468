package io.meshguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.YamlReader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FragmentTest {

  @Test
  void addedKeyStandsBelowTheKeysThatLeadToIt() {
    assertThat(
            fragment(
                "spec: {http: [{name: a}, {name: b, timeout: 1s}, {name: c}]}",
                new PatchOp.Add(at("/spec/http/1/retries"), yaml("{attempts: 0}"))))
        .isEqualTo(
            """
            spec:
              http:
              # …
              - name: b
                retries:
                  attempts: 0
              # …""");
  }

  @Test
  void parentsThatAreAddedFirstBelongToIt() {
    assertThat(
            fragment(
                "metadata: {name: shop}",
                new PatchOp.Add(at("/metadata/labels"), yaml("{}")),
                new PatchOp.Add(at("/metadata/labels/istio.io~1rev"), yaml("canary"))))
        .isEqualTo(
            """
            metadata:
              name: shop
              labels:
                istio.io/rev: canary""");
  }

  @Test
  void movedElementIsShownWhereItGoesWithoutSecrets() {
    String fragment =
        fragment(
            """
            http:
            - {match: [{uri: {prefix: /}}]}
            - match: [{headers: {authorization: {exact: canary}, x-user: {exact: eve}}}]
              headers: {request: {set: {x-api-token: canary}}}
            """,
            new PatchOp.Move(at("/http/1"), at("/http/0")));
    assertThat(fragment).contains("exact: eve").doesNotContain("canary").endsWith("\n# …");
  }

  @Test
  void rewrittenAnnotationShowsOnlyWhatIsNew() {
    assertThat(
            fragment(
                "metadata: {annotations: {cfg: \"a: canary\\nb: 1\\n\"}}",
                new PatchOp.Replace(
                    at("/metadata/annotations/cfg"), yaml("\"a: canary\\nb: 1\\nhold: true\\n\""))))
        .isEqualTo(
            """
            metadata:
              annotations:
                cfg: |
                  # …
                  hold: true""");
    assertThat(
            fragment(
                "{cfg: '{\"a\":\"canary\"}'}",
                new PatchOp.Replace(at("/cfg"), yaml("'{\"a\":\"canary\",\"hold\":true}'"))))
        .isEqualTo("cfg: '{…,\"hold\":true}'");
  }

  @Test
  void longFragmentIsCut() {
    String list = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]";
    String fragment = fragment("{a: {}}", new PatchOp.Add(at("/a/b"), yaml(list)));
    assertThat(fragment.lines()).hasSize(Fragment.MOST_LINES);
    assertThat(fragment).endsWith("\n  # …");
  }

  @Test
  void wordsThatYamlTakesForOtherThingsAreQuoted() {
    assertThat(fragment("{a: {}}", new PatchOp.Add(at("/a/on"), yaml("'yes'"))))
        .isEqualTo("a:\n  \"on\": \"yes\"");
  }

  private static String fragment(String before, PatchOp... ops) {
    return Fragment.of(yaml(before), List.copyOf(Arrays.asList(ops)));
  }

  private static JsonPointer at(String pointer) {
    return JsonPointer.compile(pointer);
  }

  private static JsonNode yaml(String text) {
    return YamlReader.readOne(text).tree();
  }
}
