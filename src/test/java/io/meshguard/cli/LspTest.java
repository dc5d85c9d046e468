package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The language server as an editor meets it: frames on streams. */
@Timeout(120)
final class LspTest {

  private static final String DEPLOYMENT =
      """
      # 商店 🛒
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: shop
        labels:
          canary: yes
      spec:
        selector: {matchLabels: {app: shop}}
        template:
          metadata: {labels: {app: shop}}
          spec:
            containers:
            - name: shop
              image: shop:1
      """;

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /pay}}]
          route: [{destination: {host: shop}}]
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private Path write(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static List<String> codes(JsonNode diagnostics) {
    List<String> codes = new ArrayList<>();
    diagnostics.forEach(one -> codes.add(one.path("code").asText("")));
    return codes;
  }

  private static JsonNode titled(JsonNode actions, String part) {
    for (JsonNode action : actions) {
      if (action.path("title").asText().contains(part)) {
        return action;
      }
    }
    throw new AssertionError("nothing with " + part + " in " + actions);
  }

  /** Applies an action's edit as an editor would; the last edit of the text comes first. */
  private static String applied(JsonNode action, String text) {
    List<JsonNode> edits = new ArrayList<>();
    action.path("edit").path("documentChanges").path(0).path("edits").forEach(edits::add);
    assertThat(edits).isNotEmpty();
    edits.sort(
        Comparator.<JsonNode>comparingInt(e -> e.path("range").path("start").path("line").asInt())
            .reversed());
    String now = text;
    for (JsonNode edit : edits) {
      int start = offset(now, edit.path("range").path("start"));
      int end = offset(now, edit.path("range").path("end"));
      now = now.substring(0, start) + edit.path("newText").asText() + now.substring(end);
    }
    return now;
  }

  private static int offset(String text, JsonNode place) {
    int at = 0;
    for (int line = 0; line < place.path("line").asInt(); line++) {
      at = text.indexOf('\n', at) + 1;
    }
    return at + place.path("character").asInt();
  }

  @Test
  void aWholeSession() throws Exception {
    Path file = write("shop.yaml", DEPLOYMENT);
    try (RawEditor editor = RawEditor.outside(folder.resolve("stderr.txt"))) {
      JsonNode result = editor.begin(folder);
      assertThat(result.path("capabilities").path("textDocumentSync").path("change").asInt())
          .isEqualTo(2);
      editor.open(file, DEPLOYMENT);

      JsonNode shown = editor.diagnostics(file, 1);
      assertThat(codes(shown)).containsExactly("unquoted-label-value");
      JsonNode diagnostic = shown.path(0);
      assertThat(diagnostic.path("severity").asInt()).isEqualTo(1);
      assertThat(diagnostic.path("source").asText()).isEqualTo("meshguard");
      assertThat(diagnostic.path("data").asText()).matches("[0-9a-f]+");
      assertThat(diagnostic.path("range")).isEqualTo(RawEditor.range(6, 4, 6, 10));

      JsonNode actions = editor.actions(file, 6, 4, 6, 4);
      JsonNode fix = actions.path(0);
      assertThat(fix.path("kind").asText()).isEqualTo("quickfix");
      assertThat(fix.path("isPreferred").asBoolean()).isTrue();
      String fixed = applied(fix, DEPLOYMENT);
      assertThat(fixed).isEqualTo(DEPLOYMENT.replace("canary: yes", "canary: \"yes\""));

      JsonNode hover = editor.ask("textDocument/hover", RawEditor.at(file, 6, 6));
      assertThat(hover.path("contents").path("value").asText())
          .contains("# unquoted-label-value", "## 怎样修复".substring(0, 3));
      assertThat(editor.ask("textDocument/hover", RawEditor.at(file, 0, 0)).isNull()).isTrue();

      editor.type(file, 2, fixed);
      assertThat(editor.diagnostics(file, 2)).isEmpty();

      assertThat(editor.end()).isEqualTo(0);
    }
    assertThat(folder.resolve("stderr.txt")).isEmptyFile();
  }

  @Test
  void fixAllAndIgnore() throws Exception {
    String two = DEPLOYMENT.replace("canary: yes", "canary: yes\n    blue: on");
    Path file = write("shop.yaml", two);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(file, two);
      assertThat(codes(editor.diagnostics(file, 1))).hasSize(2);

      JsonNode all = titled(editor.actions(file, 0, 0, 20, 0), "all safe fixes");
      assertThat(all.path("kind").asText()).isEqualTo("source.fixAll.meshguard");
      editor.type(file, 2, applied(all, two));
      assertThat(editor.diagnostics(file, 2)).isEmpty();

      editor.type(file, 3, two);
      assertThat(editor.diagnostics(file, 3)).hasSize(2);
      JsonNode ignore = titled(editor.actions(file, 6, 5, 6, 5), "Ignore");
      String ignored = applied(ignore, two);
      assertThat(ignored)
          .contains("    # meshguard:ignore unquoted-label-value say why here\n    canary: yes\n");
      editor.type(file, 4, ignored);
      assertThat(editor.diagnostics(file, 4)).hasSize(1);
      assertThat(editor.end()).isEqualTo(0);
    }
  }

  @Test
  void aFindingInJsonIsIgnoredByAnAnnotation() throws Exception {
    String json =
        """
        {
          "apiVersion": "networking.istio.io/v1",
          "kind": "VirtualService",
          "metadata": {"name": "shop", "namespace": "shop"},
          "spec": {
            "hosts": ["shop"],
            "http": [
              {"route": [{"destination": {"host": "shop"}}]},
              {"match": [{"uri": {"prefix": "/pay"}}], "route": [{"destination": {"host": "shop"}}]}
            ]
          }
        }
        """;
    Path file = write("shop.json", json);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(file, json);
      JsonNode shown = editor.diagnostics(file, 1);
      assertThat(codes(shown)).containsExactly("unreachable-route");
      int line = shown.path(0).path("range").path("start").path("line").asInt();
      String ignored = applied(titled(editor.actions(file, line, 0, line, 40), "Ignore"), json);
      assertThat(ignored).contains("meshguard.io/ignore.unreachable-route");
      editor.type(file, 2, ignored);
      assertThat(editor.diagnostics(file, 2)).isEmpty();
    }
  }

  @Test
  void theWholeFolderIsTheMeshAndWhatIsOpenCounts() throws Exception {
    write(".meshguard.yaml", "closedWorld: true\n");
    write(
        "service.yaml",
        """
        apiVersion: v1
        kind: Service
        metadata: {name: shop, namespace: shop}
        spec: {ports: [{name: http, port: 80}], selector: {app: shop}}
        """);
    Path routes = write("routes.yaml", ROUTES.replace("host: shop}", "host: shop, subset: v2}"));
    String rule =
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: shop, namespace: shop}
        spec: {host: shop, subsets: [{name: v1, labels: {version: v1}}]}
        """;
    Path rules = write("rules.yaml", rule);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      String text = Files.readString(routes);
      editor.open(routes, text);
      assertThat(codes(editor.diagnostics(routes, 1))).contains("unknown-destination");

      editor.open(rules, rule.replace("name: v1", "name: v2"));
      editor.diagnostics(rules, 1);
      assertThat(codes(editor.diagnostics(routes, 1))).doesNotContain("unknown-destination");

      // the document is closed without being saved, so the file counts again
      editor.tell("textDocument/didClose", RawEditor.at(rules));
      assertThat(codes(editor.diagnostics(routes, 1))).contains("unknown-destination");

      Files.writeString(rules, rule.replace("name: v1", "name: v2"));
      ObjectNode changed = RawEditor.JSON.createObjectNode();
      changed.putArray("changes").addObject().put("uri", RawEditor.uri(rules)).put("type", 2);
      editor.tell("workspace/didChangeWatchedFiles", changed);
      assertThat(codes(editor.diagnostics(routes, 1))).doesNotContain("unknown-destination");
    }
  }

  @Test
  void brokenYamlIsShownAndTheOtherDocumentsAreJudged() throws Exception {
    String text = "a: [1, 2\n---\n" + DEPLOYMENT;
    Path file = write("shop.yaml", text);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(file, text);
      JsonNode shown = editor.diagnostics(file, 1);
      assertThat(codes(shown)).containsExactly("", "unquoted-label-value");
      assertThat(shown.path(0).path("severity").asInt()).isEqualTo(1);
      assertThat(shown.path(1).path("range")).isEqualTo(RawEditor.range(8, 4, 8, 10));
      for (int i = 0; i < text.length(); i += 7) {
        editor.type(file, 2 + i, text.substring(0, i));
      }
      editor.type(file, 1000, DEPLOYMENT);
      assertThat(codes(editor.diagnostics(file, 1000))).containsExactly("unquoted-label-value");
    }
  }

  @Test
  void whatIsNoManifestShowsNothing() throws Exception {
    Path template = write("chart/templates/a.yaml", DEPLOYMENT.replace("shop:1", "{{ .image }}"));
    write("chart/Chart.yaml", "name: x\n");
    Path kustomization = write("kustomization.yaml", "resources: [x.yaml]\nlabels: yes\n");
    Path other = write("values.yaml", "canary: yes\n");
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      for (Path file : List.of(template, kustomization, other)) {
        editor.open(file, Files.readString(file));
        assertThat(editor.diagnostics(file, 1)).isEmpty();
      }
    }
  }

  @Test
  void columnsAreUtf16() throws Exception {
    String text =
        DEPLOYMENT
            .replace("    canary: yes", "    \"🛒店\": x\n    canary: \"x\"\r\n    t: yes\r")
            .replace("labels:\n", "labels:\r\n");
    String flow =
        text.replace(
            "metadata: {labels: {app: shop}}", "metadata: {labels: {\"🛒\": \"店\", t: yes}}");
    Path file = write("shop.yaml", flow);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(file, flow);
      JsonNode shown = editor.diagnostics(file, 1);
      assertThat(shown.size()).isGreaterThanOrEqualTo(2);
      for (JsonNode one : shown) {
        int start = offset(flow, one.path("range").path("start"));
        int end = offset(flow, one.path("range").path("end"));
        assertThat(flow.substring(start, end)).isEqualTo("t");
      }
    }
  }

  @Test
  void manyFastChangesEndInTheRightState() throws Exception {
    Path file = write("shop.yaml", DEPLOYMENT);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(file, DEPLOYMENT);
      int version = 1;
      for (int i = 0; i < 200; i++) {
        editor.type(file, ++version, new int[] {6, 12, 6, 15}, i % 2 == 0 ? "one" : "yes");
      }
      editor.type(file, ++version, new int[] {6, 12, 6, 15}, "\"🛒\"");
      editor.type(file, ++version, new int[] {6, 16, 6, 16}, " # 店");
      assertThat(editor.diagnostics(file, version)).isEmpty();
      editor.type(file, ++version, new int[] {6, 12, 6, 99}, "yes");
      assertThat(codes(editor.diagnostics(file, version))).containsExactly("unquoted-label-value");
      // an editor that types gets one answer for many changes
      assertThat(editor.count(m -> m.path("method").asText().endsWith("publishDiagnostics")))
          .isLessThan(100);
    }
  }

  @Test
  void nonsenseDoesNotEndIt() throws Exception {
    Path file = write("shop.yaml", DEPLOYMENT);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(file, DEPLOYMENT);
      editor.diagnostics(file, 1);
      assertThat(
              editor
                  .ask("textDocument/nothing", RawEditor.at(file))
                  .path("error")
                  .path("code")
                  .asInt())
          .isEqualTo(-32601);
      editor.tell("$/nothing", JsonNodeFactory.instance.objectNode());
      assertThat(editor.ask("textDocument/hover", RawEditor.at(file, 10_000, 5)).isNull()).isTrue();
      assertThat(editor.ask("textDocument/hover", RawEditor.at(file, -1, -1)).isNull()).isTrue();
      assertThat(
              editor.ask("textDocument/hover", RawEditor.at(folder.resolve("none"), 0, 0)).isNull())
          .isTrue();
      assertThat(editor.actions(file, 50, 9, 1, 1).findValuesAsText("kind"))
          .containsExactly("source.fixAll.meshguard");
      editor.type(file, 2, new int[] {900, 900, 2, 2}, "# x\n");
      editor.type(file, 3, new int[] {-1, -1, 0, -1}, "");
      editor.diagnostics(file, 3);
      ObjectNode odd = RawEditor.JSON.createObjectNode();
      odd.putObject("textDocument")
          .put("uri", "untitled:%%%")
          .put("version", 1)
          .put("text", "a: b")
          .put("languageId", "yaml");
      editor.tell("textDocument/didOpen", odd);
      byte[] garbage = "Content-Length: 9\r\n\r\n{\"a\": [1,".getBytes(StandardCharsets.UTF_8);
      editor.raw(garbage);
      editor.type(file, 4, DEPLOYMENT);
      assertThat(codes(editor.diagnostics(file, 4))).containsExactly("unquoted-label-value");
      assertThat(editor.end()).isEqualTo(0);
    }
  }

  @Test
  void itEndsWithItsEditor() throws Exception {
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.closeInput();
      assertThat(editor.exitCode()).isEqualTo(0);
    }
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.tell("exit", JsonNodeFactory.instance.nullNode());
      assertThat(editor.exitCode()).isEqualTo(1);
    }
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    try (RawEditor editor = RawEditor.inside()) {
      ObjectNode params = RawEditor.JSON.createObjectNode().put("processId", gone.pid());
      params.putObject("capabilities");
      editor.frame(
          RawEditor.JSON
              .createObjectNode()
              .put("jsonrpc", "2.0")
              .put("id", 1)
              .put("method", "initialize")
              .set("params", params));
      assertThat(editor.exitCode()).isEqualTo(0);
    }
  }

  @Test
  void twoFoldersAreTwoMeshes() throws Exception {
    Path a = write("a/shop.yaml", DEPLOYMENT);
    Path b = write("b/shop.yaml", DEPLOYMENT);
    write("b/.meshguard.yaml", "policy: policy.yaml\nlanguage: zh\n");
    write("b/policy.yaml", "rules: {unquoted-label-value: warn}\n");
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder.resolve("a"), folder.resolve("b"));
      editor.open(a, DEPLOYMENT);
      editor.open(b, DEPLOYMENT);
      JsonNode inA = editor.diagnostics(a, 1).path(0);
      JsonNode inB = editor.diagnostics(b, 1).path(0);
      assertThat(inA.path("severity").asInt()).isEqualTo(1);
      assertThat(inB.path("severity").asInt()).isEqualTo(2);
      assertThat(inB.path("message").asText()).isNotEqualTo(inA.path("message").asText());
      assertThat(titled(editor.actions(b, 6, 4, 6, 4), "忽略").path("kind").asText())
          .isEqualTo("quickfix");
    }
  }

  @Test
  void aFileOutsideOfEveryFolderIsJudgedAlone() throws Exception {
    Path file = write("alone/shop.yaml", DEPLOYMENT);
    write("alone/other.yaml", ROUTES);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin();
      editor.open(file, DEPLOYMENT);
      assertThat(codes(editor.diagnostics(file, 1))).containsExactly("unquoted-label-value");
    }
  }

  @Test
  void aDocumentThatWasNeverSavedIsJudged() throws Exception {
    Path file = folder.resolve("new.yaml");
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(file, DEPLOYMENT);
      assertThat(codes(editor.diagnostics(file, 1))).containsExactly("unquoted-label-value");
    }
  }

  @Test
  void settingsAreCheckedExplainedAndCompleted() throws Exception {
    Path config = write(".meshguard.yaml", "policy: policy.yaml\n");
    Path policy = write("policy.yaml", "rules:\n  unreachable-route: deny\n");
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(policy, "rules:\n  unreachable-rout: deny\n  \n  unknown-gateway: d\n");
      JsonNode wrong = editor.diagnostics(policy, 1);
      assertThat(wrong.path(0).path("message").asText()).contains("unreachable-route");
      assertThat(wrong.path(0).path("range")).isEqualTo(RawEditor.range(1, 2, 1, 18));
      assertThat(labels(editor, policy, 2, 2)).contains("unreachable-route", "*");
      assertThat(labels(editor, policy, 3, 20)).containsExactly("deny");
      assertThat(
              editor
                  .ask("textDocument/hover", RawEditor.at(policy, 3, 8))
                  .path("contents")
                  .path("value")
                  .asText())
          .startsWith("# unknown-gateway");

      editor.open(config, "fail");
      editor.diagnostics(config, 1);
      assertThat(labels(editor, config, 0, 4)).containsExactly("failOn");
      editor.type(config, 2, "failOn: \nworlds:\n- name: a\n  pa");
      assertThat(labels(editor, config, 0, 8)).contains("warn", "fixable");
      assertThat(labels(editor, config, 3, 4)).containsExactly("paths");
      assertThat(editor.diagnostics(config, 2)).isNotEmpty();

      Path map = folder.resolve("cm.yaml");
      editor.open(
          map,
          """
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: meshguard-policy, namespace: meshguard}
          data:
            policy.yaml: |
              rules:
                "*": of
          """);
      assertThat(labels(editor, map, 6, 13)).containsExactly("off");
      JsonNode inMap = editor.diagnostics(map, 1);
      assertThat(inMap.path(0).path("range").path("start").path("line").asInt()).isEqualTo(6);
    }
  }

  @Test
  void idsAreCompletedInAnIgnoreComment() throws Exception {
    Path file = write("shop.yaml", "# meshguard:ignore unreach\n" + ROUTES);
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(folder);
      editor.open(file, Files.readString(file));
      assertThat(labels(editor, file, 0, 26)).containsExactly("unreachable-route");
      assertThat(labels(editor, file, 0, 19)).hasSizeGreaterThan(50);
      assertThat(labels(editor, file, 3, 4)).isEmpty();
    }
  }

  private static List<String> labels(RawEditor editor, Path file, int line, int character)
      throws Exception {
    List<String> labels = new ArrayList<>();
    editor
        .ask("textDocument/completion", RawEditor.at(file, line, character))
        .forEach(item -> labels.add(item.path("label").asText()));
    return labels;
  }

  @Test
  void optionsOfTheEditorCount() throws Exception {
    Path file = write("shop.yaml", DEPLOYMENT);
    write("mine.yaml", "rules: {unquoted-label-value: \"off\"}\n");
    ObjectNode options = RawEditor.JSON.createObjectNode().put("policy", "mine.yaml");
    try (RawEditor editor = RawEditor.inside()) {
      editor.begin(options, folder);
      editor.open(file, DEPLOYMENT);
      assertThat(editor.diagnostics(file, 1)).isEmpty();
      ObjectNode changed = RawEditor.JSON.createObjectNode();
      changed.putObject("settings").putObject("meshguard").put("policy", "none.yaml");
      editor.tell("workspace/didChangeConfiguration", changed);
      JsonNode told = editor.await(m -> m.path("method").asText().equals("window/showMessage"));
      assertThat(told.path("params").path("message").asText()).contains("none.yaml");
    }
  }
}
