package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever asks for Chinese gets no English, in no command and on no way to fail. */
final class ChineseTest {

  private static final String ROUTE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a, namespace: shop}
      spec: {hosts: [a], http: [{route: [{destination: {host: %s}}]}]}
      """;

  private static final String SOURCES =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: meshguard-policy, namespace: meshguard}
      data:
        unreachable-route: deny
        policy.yaml: |
          rulesAsOf: "0.0"
          rules: {untraced-workload: warn}
      """;

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void files() throws IOException {
    write("broken.yaml", "a: b: c\n");
    write("indent.yaml", "a:\n  b: 1\n c: 2\n");
    write("tab.yaml", "a:\n\tb: 1\n");
    write("flow.yaml", "a: [1, 2\nb: 3\n");
    write("quote.yaml", "a: \"b\n");
    write("twice-a-key.yaml", "apiVersion: v1\nkind: Service\nkind: Pod\n");
    write("alias.yaml", "apiVersion: v1\nkind: Pod\nspec: *nowhere\n");
    write("control.yaml", "a: \u0001\n");
    write("template.yaml", "apiVersion: v1\nkind: {{ .Values.kind }}\n");
    write("other.yaml", "hello: world\n");
    write("kustomization.yaml", "patches: [{path: patch.yaml}]\n");
    write("patch.yaml", ROUTE.formatted("p"));
    write("empty.yaml", "");
    write("one.yaml", ROUTE.formatted("one"));
    write("two.yaml", ROUTE.formatted("two"));
    Files.write(folder.resolve("utf16.yaml"), "a: b".getBytes(StandardCharsets.UTF_16));
    Files.write(folder.resolve("bytes.yaml"), new byte[] {'a', ':', ' ', (byte) 0xC3, '\n'});
    write(
        "route-tests.yaml",
        """
        from: shop
        tests:
        - {request: http://a/, expect: {host: b}}
        - {request: http://x/, at: y/z, expect: {status: 404}}
        """);
    write(
        "bad-tests.yaml",
        """
        tests:
        - {request: /x, expect: {hots: b, port: a, timeout: 3, flag: XX}}
        - {request: ftp://x, from: a, at: b, expect: {}, headers: []}
        - 3
        """);
    write("policy.yaml", "rules: {unreachable-route: warn}\n");
    write("bad-policy.yaml", "rules: {unreachable-rout: warn}\n");
    write("no-policy.yaml", "a: b: c\n");
    write("fixable.yaml", fixable());
    write("config", kubeconfig("current-context: here"));
    write("no-current", kubeconfig(""));
    write("no-config", "a: b: c\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check",
        "check F/none.yaml",
        "check F/broken.yaml",
        "check F/indent.yaml",
        "check F/tab.yaml",
        "check F/flow.yaml",
        "check F/quote.yaml",
        "check F/alias.yaml",
        "check F/control.yaml",
        "check F/twice-a-key.yaml",
        "check F/utf16.yaml",
        "check F/bytes.yaml",
        "check F/template.yaml F/other.yaml F/kustomization.yaml F/patch.yaml",
        "check F/empty.yaml",
        "check F/one.yaml F/two.yaml",
        "check F/one.yaml F/two.yaml --diff",
        "check F/fixable.yaml --diff",
        "check F/fixable.yaml --fix",
        "check --fix -",
        "check --unsafe-fixes F/one.yaml",
        "check --follow-links F/one.yaml",
        "check -o json -o text F/one.yaml",
        "check -o nothing F/one.yaml",
        "check -o json= F/one.yaml",
        "check -o json=F/none/report.json F/one.yaml",
        "check --istio-version x F/one.yaml",
        "check --istio-version",
        "check --unknown F/one.yaml",
        "check --fail-on x F/one.yaml",
        "check --policy F/none.yaml F/one.yaml",
        "check --policy F/bad-policy.yaml F/one.yaml",
        "check --policy F/no-policy.yaml F/one.yaml",
        "chekc F/one.yaml",
        "rules",
        "rules -o x",
        "explain",
        "explain unreachable-rout",
        "explain x",
        "explain 404 UFX",
        "explain 599",
        "explain 503 UF,URX",
        "forecast",
        "forecast --from 1.20 --to 1.29",
        "forecast --from 1.20 --to 1.29 F/none.yaml",
        "forecast --from 1.20 --to 1.29 F/one.yaml",
        "forecast --from 1.29 --to 1.20 F/one.yaml",
        "forecast --from 1.20 --to 1.20 F/one.yaml",
        "forecast --from 1.20 --to 1.99 F/one.yaml",
        "forecast --from 0.20 --to 1.29 F/one.yaml",
        "forecast --from 1.20 --to 1.29 --to-kubernetes 1.30 F/one.yaml",
        "trace",
        "trace http://a/",
        "trace http://a/ F/none.yaml",
        "trace http://a/ --from shop F/one.yaml",
        "trace http://a/ --from shop/a F/one.yaml",
        "trace http://a/ --at gateway:shop/a F/one.yaml",
        "trace http://a/ --from shop F/broken.yaml",
        "trace http://a/ F/one.yaml",
        "trace GET /a F/one.yaml",
        "trace G@T http://a/ F/one.yaml",
        "trace http:///a F/one.yaml",
        "trace tcp://a F/one.yaml",
        "trace tcp://10.0.0.1:99999 F/one.yaml",
        "trace ftp://a/ F/one.yaml",
        "trace http://a/ -H x --from shop F/one.yaml",
        "trace http://a/ --http 4 --from shop F/one.yaml",
        "trace http://a/ -o x F/one.yaml",
        "trace --access-log nothing F/one.yaml",
        "test",
        "test F/one.yaml",
        "test F/one.yaml --tests F/none.yaml",
        "test F/one.yaml --tests F/route-tests.yaml --coverage",
        "test F/one.yaml --tests F/route-tests.yaml -o junit",
        "test F/one.yaml --tests F/bad-tests.yaml",
        "test F/one.yaml --tests F/broken.yaml",
        "test F/one.yaml --tests F/route-tests.yaml -o x",
        "test init",
        "test init F/none.yaml",
        "test init F/empty.yaml",
        "test init F/one.yaml",
        "policy",
        "policy check F/policy.yaml",
        "policy check F/bad-policy.yaml F/none.yaml",
        "policy show",
        "policy show --policy F/policy.yaml",
        "policy show --rule x",
        "policy diff F/policy.yaml F/none.yaml F/one.yaml",
        "policy diff F/policy.yaml F/policy.yaml F/broken.yaml",
        "mesh",
        "mesh export --kubeconfig F/none",
        "mesh export --kubeconfig F/no-config",
        "mesh export --kubeconfig F/config",
        "audit --kubeconfig F/no-current",
        "audit --kubeconfig F/config",
        "audit --kubeconfig F/config --context x",
        "access",
        "access --as ann --context x --all-contexts",
        "access --as ann --kubeconfig F/config",
        "access --as ann --kubeconfig F/config -o yaml",
        "access --as ann --kubeconfig F/config -o x",
        "webhook",
        "webhook status --kubeconfig F/config",
        "webhook resume --kubeconfig F/config",
        "webhook pause",
        "webhook pause --for 3x",
        "webhook pause --for 48h",
        "webhook pause --for 1h --kubeconfig F/config",
        "serve --kubeconfig F/none",
        "serve --register-url http://here",
        "serve --register-url https://here",
        "serve --port x",
      })
  void eachCommandSpeaksTheLanguageThatIsAskedFor(String line) throws IOException {
    Ran english = ran(line, "en");
    files();
    Ran chinese = ran(line, "zh");

    assertThat(EnglishRuns.in(english.out() + english.err()))
        .as("the same in English: %s", english)
        .isNotEmpty();
    assertThat(EnglishRuns.in(chinese.out() + chinese.err())).as("%s", chinese).isEmpty();
    assertThat(chinese.exitCode()).isEqualTo(english.exitCode());
  }

  @Test
  void theLocaleCountsWhereNobodyAsks() {
    Ran ran = Ran.with("", Map.of("LANG", "zh_CN.UTF-8"), false, "policy", "check", "/none");

    assertThat(ran.err()).isEqualTo("meshguard: /none：没有这个文件或文件夹\n");
  }

  @Test
  void theOptionMayStandAnywhere() {
    assertThat(Ran.of("--language", "zh", "policy").err()).contains("请指定要做什么");
    assertThat(Ran.of("policy", "--language=zh").err()).contains("请指定要做什么");
  }

  /** Single words look like names. */
  @Test
  void whatSetsAModeIsToldInChinese() throws IOException {
    write("sources.yaml", SOURCES);

    Ran ran = ran("policy show --policy F/sources.yaml", "zh");

    assertThat(ran.out())
        .contains("开关 unreachable-route", "默认", "sources.yaml:8", "的新规则")
        .doesNotContain("toggle", "default", "new in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cli/messages", "engine/messages", "rule/foreign"})
  void noSentenceOfTheBundlesIsEnglish(String bundle) throws IOException {
    Properties english = bundle(bundle + ".properties");
    Properties chinese = bundle(bundle + "_zh.properties");

    assertThat(chinese.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    chinese.forEach(
        (key, text) -> assertThat(EnglishRuns.in(text.toString())).as("%s", key).isEmpty());
  }

  @Test
  void namesAreNoEnglish() {
    assertThat(EnglishRuns.in("meshguard: 假定 Istio 版本为 1.30.3；请用 --istio-version 指定")).isEmpty();
    assertThat(EnglishRuns.in("failurePolicy Ignore，4 个条目中 4 个有 caBundle")).isEmpty();
    assertThat(EnglishRuns.in("（请先渲染：helm template CHART | meshguard check -）")).isEmpty();
    assertThat(EnglishRuns.in("no such file or folder")).isNotEmpty();
    assertThat(EnglishRuns.in("无法读取：no route to host")).isNotEmpty();
    assertThat(EnglishRuns.in("副本：2 ready")).isNotEmpty();
  }

  private Ran ran(String line, String language) {
    List<String> arguments = new ArrayList<>();
    Arrays.stream(line.split(" "))
        .map(word -> word.replace("F/", folder + "/"))
        .forEach(arguments::add);
    arguments.add(1, "--language=" + language);
    return Ran.fed(ROUTE.formatted("fed"), arguments.toArray(new String[0]));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String fixable() {
    return """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {istio-injection: enabled, istio.io/rev: canary}}
        """;
  }

  private static String kubeconfig(String current) {
    return """
        apiVersion: v1
        kind: Config
        clusters: [{name: here, cluster: {server: "http://127.0.0.1:1"}}]
        contexts: [{name: here, context: {cluster: here, user: me}}]
        users: [{name: me, user: {}}]
        """
        + current
        + "\n";
  }

  private static Properties bundle(String name) throws IOException {
    Properties properties = new Properties();
    try (var in = ChineseTest.class.getResourceAsStream("/io/meshguard/" + name)) {
      properties.load(in);
    }
    return properties;
  }
}
