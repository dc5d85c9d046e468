package io.meshguard.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ManifestTextTest {

  @Nested
  class BlockStyle {

    @Test
    void addsAKeyAfterTheLastOne() {
      assertThat(
              edit(
                  """
                  # head
                  spec:
                    http:
                    - name: a   # first
                      timeout: 1s # beside
                      # below

                    # about b
                    - name: b
                  """,
                  "add /spec/http/0/retries {attempts: 0}"))
          .isEqualTo(
              """
              # head
              spec:
                http:
                - name: a   # first
                  timeout: 1s # beside
                  retries:
                    attempts: 0
                  # below

                # about b
                - name: b
              """);
    }

    @Test
    void movesAnElementWithItsCommentsAndLeavesBlankLinesInPlace() {
      assertThat(
              edit(
                  """
                  http:
                  # everything else
                  - route: # all
                    - host: a

                  # special
                  # cases
                  - match: [{uri: {prefix: /x}}]
                    route:
                    - host: b # b
                    # - host: c
                  tcp: []
                  """,
                  "move /http/1 /http/0"))
          .isEqualTo(
              """
              http:
              # special
              # cases
              - match: [{uri: {prefix: /x}}]
                route:
                - host: b # b
                # - host: c

              # everything else
              - route: # all
                - host: a
              tcp: []
              """);
    }

    @Test
    void movesDownAndWithoutAFinalLineBreak() {
      assertThat(edit("a:\n  - 1\n  - 2 # two\n  - 3", "move /a/0 /a/2"))
          .isEqualTo("a:\n  - 2 # two\n  - 3\n  - 1");
      assertThat(edit("- - 1\n  - 2\n- 3\n", "move /0/1 /0/0")).isEqualTo("- - 2\n  - 1\n- 3\n");
    }

    @Test
    void aLiteralThatEndsTheTextGetsItsLineBreak() {
      assertThat(edit("metadata:\n  a: b", "add /metadata/c \"x: 1\\n\""))
          .isEqualTo("metadata:\n  a: b\n  c: |\n    x: 1\n");
      assertThat(edit("metadata:\r\n  a: b", "add /metadata/c \"x: 1\\n\""))
          .isEqualTo("metadata:\r\n  a: b\r\n  c: |\r\n    x: 1\r\n");
    }

    @Test
    void unfoldsWhatWasEmpty() {
      assertThat(
              edit(
                  "metadata:\n  annotations: {} # none\n  labels:\n",
                  "add /metadata/annotations/a~1b 'yes'",
                  "replace /metadata/labels {app: shop}"))
          .isEqualTo(
              "metadata:\n  annotations: # none\n    a/b: \"yes\"\n  labels:\n    app: shop\n");
      assertThat(edit("hosts: []\n", "add /hosts/- a")).isEqualTo("hosts:\n- a\n");
      assertThat(edit("a:\n  - 1\nhosts: []\n", "add /hosts/- a"))
          .isEqualTo("a:\n  - 1\nhosts:\n  - a\n");
    }

    @Test
    void addsParentsThatWereMissing() {
      assertThat(
              edit(
                  "spec:\n  template:\n    spec:\n      containers: []\n",
                  "add /spec/template/metadata {}",
                  "add /spec/template/metadata/annotations {}",
                  "add /spec/template/metadata/annotations/x 'y'"))
          .isEqualTo(
              """
              spec:
                template:
                  spec:
                    containers: []
                  metadata:
                    annotations:
                      x: "y"
              """);
    }

    @Test
    void insertsElements() {
      String before = "a:\n  # one\n  - x: 1\n    y: 2\n\n  - 3\n";
      assertThat(edit(before, "add /a/0 {k: [1, 2]}"))
          .isEqualTo("a:\n  - k:\n      - 1\n      - 2\n  # one\n  - x: 1\n    y: 2\n\n  - 3\n");
      assertThat(edit(before, "add /a/- z"))
          .isEqualTo("a:\n  # one\n  - x: 1\n    y: 2\n\n  - 3\n  - z\n");
    }

    @Test
    void removes() {
      assertThat(edit("a: 1 # one\n# two\nb: 2\nc: 3\n", "remove /b"))
          .isEqualTo("a: 1 # one\nc: 3\n");
      assertThat(edit("a:\n- 1\n\n- 2\n# end\n", "remove /a/1")).isEqualTo("a:\n- 1\n# end\n");
      assertThat(edit("a:\n  b: # why\n    c: 1\nd: 2\n", "remove /a/b/c"))
          .isEqualTo("a:\n  b: {}\nd: 2\n");
      assertThat(edit("a:\n- 1\nd: 2\n", "remove /a/0")).isEqualTo("a: []\nd: 2\n");
    }

    @Test
    void replacesKeepingQuotesAndComments() {
      assertThat(
              edit(
                  "a: 'it''s' # 1\nb: \"x\" # 2\nc: plain # 3\nd: 1 # 4\n",
                  "replace /a \"they're\"",
                  "replace /b \"y\\\"z\"",
                  "replace /c 'yes'",
                  "replace /d 2"))
          .isEqualTo("a: 'they''re' # 1\nb: \"y\\\"z\" # 2\nc: \"yes\" # 3\nd: 2 # 4\n");
      assertThat(edit("a: # why\n  b: 1\n  # old\n  c: 2\nd: 3\n", "replace /a {x: 1}"))
          .isEqualTo("a: # why\n  x: 1\nd: 3\n");
      assertThat(edit("a: # why\n  b: 1\nd: 3\n", "replace /a text")).isEqualTo("a: text\nd: 3\n");
      assertThat(edit("a: text # c\nd: 3\n", "replace /a [1]")).isEqualTo("a: # c\n- 1\nd: 3\n");
      assertThat(edit("- a: 1\n  b: 2\n- c\n-\n", "replace /0 {x: 1}", "replace /2 {y: 1}"))
          .isEqualTo("- x: 1\n- c\n- \"y\": 1\n");
      assertThat(edit("a: 1\nb: 2\n", "replace /a {x: 1}", "replace /b 3", "replace /a/x 2"))
          .isEqualTo("a:\n  x: 2\nb: 3\n");
      assertThat(edit("a: 1\n", "replace /a 2", "replace /a 3")).isEqualTo("a: 3\n");
    }
  }

  @Nested
  class Scalars {

    @Test
    void keepsTheIndentationOfLiterals() {
      assertThat(
              edit(
                  "a:\n  cfg: |\n      x: 1\n\n      y: 2\n  b: 1\n",
                  "replace /a/cfg \"x: 1\\n\\ny: 2\\nz: 3\\n\""))
          .isEqualTo("a:\n  cfg: |\n      x: 1\n\n      y: 2\n      z: 3\n  b: 1\n");
      assertThat(edit("cfg: |-\n  x\nb: 1\n", "replace /cfg \"x\\ny\""))
          .isEqualTo("cfg: |-\n  x\n  y\nb: 1\n");
    }

    @Test
    void addsAfterFoldedAndLiteralScalars() {
      assertThat(edit("a: >-\n  one\n  two\n\n\nb: 1\n", "add /c 2"))
          .isEqualTo("a: >-\n  one\n  two\n\n\nb: 1\nc: 2\n");
      assertThat(edit("m:\n  a: |\n    # no comment\n    x\n\nb: 1\n", "add /m/c 2"))
          .isEqualTo("m:\n  a: |\n    # no comment\n    x\n  c: 2\n\nb: 1\n");
      assertThat(edit("m:\n  a: plain\n    goes on\nb: 1\n", "add /m/c 2"))
          .isEqualTo("m:\n  a: plain\n    goes on\n  c: 2\nb: 1\n");
    }

    @Test
    void charactersBeyondTheBasicPlaneDoNotShiftAnything() {
      assertThat(edit("a: 😀😀 # 😀\nb: {c: 1}\n", "replace /b/c 2", "add /a2 '😀'"))
          .isEqualTo("a: 😀😀 # 😀\nb: {c: 2}\na2: 😀\n");
    }

    @Test
    void tabsBesideValuesStay() {
      assertThat(edit("a: 1\t# one\t\nb: 2\n", "replace /a 3")).isEqualTo("a: 3\t# one\t\nb: 2\n");
    }
  }

  @Nested
  class FlowStyle {

    @Test
    void keepsItsQuotes() {
      assertThat(
              edit(
                  "a: {k: \"x\", l: 'y', m: z, n: [\"1\", 'w']}\n",
                  "replace /a/k one",
                  "replace /a/l it's",
                  "replace /a/m three",
                  "replace /a/n/0 four",
                  "replace /a/n/1 2"))
          .isEqualTo("a: {k: \"one\", l: 'it''s', m: three, n: [\"four\", 2]}\n");
    }

    @Test
    void staysInOneLine() {
      assertThat(
              edit(
                  "a: {b: [x, y], c: {}} # end\n",
                  "add /a/b/1 {k: v w}",
                  "add /a/c/d true",
                  "remove /a/b/0",
                  "move /a/b/1 /a/b/0"))
          .isEqualTo("a: {b: [y, {k: \"v w\"}], c: {d: true}} # end\n");
      assertThat(edit("a: [1]\n", "remove /a/0")).isEqualTo("a: []\n");
    }

    @Test
    void jsonStaysJson() {
      String json =
          """
          {
            "spec": {
              "http": [
                {
                  "name": "a"
                },
                {
                  "name": "b"
                }
              ],
              "gateways": ["x"]
            }
          }
          """;
      assertThat(
              edit(
                  json,
                  "move /spec/http/1 /spec/http/0",
                  "add /spec/http/0/retries {attempts: 0}",
                  "add /spec/gateways/- mesh",
                  "add /spec/labels {}",
                  "add /spec/labels/a 'yes'"))
          .isEqualTo(
              """
              {
                "spec": {
                  "http": [
                    {
                      "name": "b",
                      "retries": {"attempts": 0}
                    },
                    {
                      "name": "a"
                    }
                  ],
                  "gateways": ["x", "mesh"],
                  "labels": {"a": "yes"}
                }
              }
              """);
      assertThat(edit("{\n\t\"a\": [\n\t\t1\n\t]\n}\n", "add /a/- 2"))
          .isEqualTo("{\n\t\"a\": [\n\t\t1,\n\t\t2\n\t]\n}\n");
    }
  }

  @Nested
  class WholeTexts {

    @Test
    void lineBreaksAndByteOrderMarkStay() {
      assertThat(edit("\uFEFFa: 1 # x\r\nb:\r\n- c\r\n", "add /b/- {d: 1, e: 2}", "add /f {g: 1}"))
          .isEqualTo("\uFEFFa: 1 # x\r\nb:\r\n- c\r\n- d: 1\r\n  e: 2\r\nf:\r\n  g: 1\r\n");
    }

    @Test
    void onlyTheDocumentInQuestionChanges() {
      String before = "%YAML 1.2\n---\n# one 😀\na: 1\n...\n---\n# two\na: 1\n--- {a: 1}\n";
      ManifestText text = new ManifestText(before);
      text.edit(1, JsonPointer.empty(), ops("replace /a 2"));
      text.edit(2, JsonPointer.empty(), ops("replace /a 3"));
      assertThat(text.text())
          .isEqualTo("%YAML 1.2\n---\n# one 😀\na: 1\n...\n---\n# two\na: 2\n--- {a: 3}\n");
    }

    @Test
    void itemsOfAListAreReachedThroughTheirBase() {
      ManifestText text = new ManifestText("kind: List\nitems:\n- a: 1\n- a: 1\n  b: 2\n");
      text.edit(0, JsonPointer.compile("/items/1"), ops("replace /a 3", "add /c 4"));
      assertThat(text.text()).isEqualTo("kind: List\nitems:\n- a: 1\n- a: 3\n  b: 2\n  c: 4\n");
    }

    @Test
    void aliasesAreNotChangedBehindAnybodysBack() {
      String anchored = "a: &x\n  k: 1\nb: *x\n";
      refuses(anchored, "replace /a/k 2");
      refuses(anchored, "replace /b/k 2");
      refuses(anchored, "replace /b 2");
      assertThat(edit(anchored, "add /c 1")).isEqualTo("a: &x\n  k: 1\nb: *x\nc: 1\n");
      assertThat(edit("a: &x {k: 1}\nb:\n  <<: *x\n", "add /b/k 2"))
          .isEqualTo("a: &x {k: 1}\nb:\n  <<: *x\n  k: 2\n");
      refuses("a: &x {k: 1}\nb:\n  <<: *x\n", "remove /b/k");
    }

    @Test
    void whatWouldChangeMoreIsRefusedAndLeftAsItWas() {
      ManifestText text = new ManifestText("a: |+\n  x\n\nb: 1\n");
      assertThatThrownBy(() -> text.edit(0, JsonPointer.empty(), ops("replace /a \"x\\n\\n\\n\"")))
          .isInstanceOf(EditException.class);
      assertThat(text.text()).isEqualTo("a: |+\n  x\n\nb: 1\n");
      refuses("a: 1\n", "replace /b 1");
      refuses("? [x]\n: 1\na: 2\n", "remove /a");
    }
  }

  @Nested
  class CommentsOfWhatMoves {

    @Test
    void goAlongToAnotherMap() {
      assertThat(
              edit(
                  "a:\n  # why\n  # so\n  k: 'x' # and\n  l: 1\nb:\n  c:\n    m: 2\n",
                  "add /b/c/k x",
                  "remove /a/k"))
          .isEqualTo("a:\n  l: 1\nb:\n  c:\n    m: 2\n    # why\n    # so\n    # and\n    k: x\n");
      assertThat(edit("a:\n  # why\n  k: 1\n  l: 1\nb: {m: 2}\n", "move /a/k /b/k"))
          .isEqualTo("a:\n  l: 1\n# why\nb: {m: 2, k: 1}\n");
      assertThat(edit("a:\n  # why\n  k: 1\n  l: 1\n", "add /b {}", "add /b/k 1", "remove /a/k"))
          .isEqualTo("a:\n  l: 1\nb:\n  # why\n  k: 1\n");
    }

    @Test
    void goAlongToTheKeyThatComesInItsPlace() {
      assertThat(
              edit(
                  "labels:\n  # in the mesh\n  old: x\n  l: 1\n",
                  "remove /labels/old",
                  "add /labels/new two"))
          .isEqualTo("labels:\n  l: 1\n  # in the mesh\n  new: two\n");
    }

    @Test
    void goWithWhatIsRemovedForGood() {
      assertThat(edit("a:\n  # why\n  k: 1\n  l: 1\n", "remove /a/k")).isEqualTo("a:\n  l: 1\n");
    }
  }

  private static void refuses(String text, String op) {
    assertThatThrownBy(() -> edit(text, op)).isInstanceOf(RuntimeException.class);
  }

  private static String edit(String text, String... ops) {
    ManifestText manifest = new ManifestText(text);
    manifest.edit(0, JsonPointer.empty(), ops(ops));
    return manifest.text();
  }

  private static List<PatchOp> ops(String... texts) {
    List<PatchOp> ops = new ArrayList<>();
    for (String text : texts) {
      String[] words = text.split(" ", 3);
      JsonPointer path = JsonPointer.compile(words[1]);
      ops.add(
          switch (words[0]) {
            case "add" -> new PatchOp.Add(path, yaml(words[2]));
            case "replace" -> new PatchOp.Replace(path, yaml(words[2]));
            case "move" -> new PatchOp.Move(path, JsonPointer.compile(words[2]));
            default -> new PatchOp.Remove(path);
          });
    }
    return ops;
  }

  private static JsonNode yaml(String text) {
    return YamlReader.readOne(text).tree();
  }
}
