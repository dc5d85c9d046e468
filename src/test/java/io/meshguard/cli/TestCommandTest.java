package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Route tests on the command line. */
final class TestCommandTest {

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-system}
      spec:
        selector: {istio: ingressgateway}
        servers:
        - port: {number: 80, name: http, protocol: HTTP}
          hosts: [shop.example.com]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop.example.com]
        gateways: [istio-system/public]
        http:
        - match: [{uri: {prefix: /images/}}]
          timeout: 3s
          route: [{destination: {host: images}}]
        - match: [{uri: {exact: /old}}]
          redirect: {uri: /new}
        - match: [{uri: {prefix: /gone}}]
          route: [{destination: {host: gone}}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: images, namespace: shop}
      spec: {selector: {app: images}, ports: [{name: http, port: 80}]}
      """;

  private static final String HEAD = "at: gateway:istio-system/public\ntests:\n";

  private static final String PASSES =
      """
      - name: images
        request: http://shop.example.com/images/7
        expect: {host: images.shop, timeout: 3s}
      """;

  private static final String FAILS =
      """
      - name: moved
        request: http://shop.example.com/old
        expect: {status: 302}
      """;

  private static final String UNCERTAIN =
      """
      - name: gone
        request: http://shop.example.com/gone
        expect: {host: gone.shop}
      """;

  private static final String UNKNOWN =
      """
      - name: elsewhere
        request: http://shop.example.com/gone
        at: gateway:istio-system/publik
        expect: {status: 404}
      """;

  @TempDir private Path dir = Path.of("");

  private Ran run(String tests, String... more) throws IOException {
    Files.writeString(dir.resolve("routes.yaml"), ROUTES);
    Path folder = Files.createDirectories(dir.resolve("deep/er"));
    Files.writeString(folder.resolve("meshguard-tests.yaml"), tests);
    String[] args = new String[more.length + 2];
    args[0] = "test";
    args[1] = dir.toString();
    System.arraycopy(more, 0, args, 2, more.length);
    return Ran.of(args);
  }

  @Test
  void exitCodesSayWhatCameOfTheTests() throws IOException {
    Ran passed = run(HEAD + PASSES);
    assertThat(passed.exitCode()).as(passed.out() + passed.err()).isZero();
    assertThat(passed.out())
        .contains("  ok  images\n", "1 test: 1 passed, 0 failed, 0 not certain, 0 unusable\n");

    Ran failed = run(HEAD + PASSES + FAILS + UNCERTAIN);
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.out())
        .contains("  FAILED  moved  ", "meshguard-tests.yaml:6:3\n")
        .contains("status: expected 302; got redirected with 301 to http://shop.example.com/new")
        .contains("spec.http[1].match[0] takes the request");

    Ran uncertain = run(HEAD + PASSES + UNCERTAIN);
    assertThat(uncertain.exitCode()).isEqualTo(3);
    assertThat(uncertain.out()).contains("  not certain  gone");
    assertThat(run(HEAD + PASSES + UNCERTAIN, "--closed-world").exitCode()).isEqualTo(1);

    Ran unusable = run(HEAD + PASSES + UNKNOWN);
    assertThat(unusable.exitCode()).isEqualTo(2);
    assertThat(unusable.out()).contains("did you mean istio-system/public?");

    Ran misspelt = run(HEAD + PASSES + FAILS.replace("status", "stauts"));
    assertThat(misspelt.exitCode()).isEqualTo(2);
    assertThat(misspelt.out())
        .contains(
            "meshguard-tests.yaml:8:12: tests[1].expect.stauts: is not a valid key here; known are ")
        .contains("did you mean \"status\"?", "  ok  images");
  }

  @Test
  void withoutTestsNothingIsRun() throws IOException {
    Files.writeString(dir.resolve("routes.yaml"), ROUTES);

    Ran ran = Ran.of("test", dir.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("no file meshguard-tests.yaml stands below the paths");
    assertThat(Ran.of("test").exitCode()).isEqualTo(2);
    Ran none = Ran.of("test", dir.toString(), "--tests", dir.resolve("none.yaml").toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.out()).contains("no such file or folder");
  }

  @Test
  void aFileOfTestsMayHaveAnyName() throws IOException {
    Files.writeString(dir.resolve("routes.yaml"), ROUTES);
    Path other = Files.createDirectories(dir.resolve("other")).resolve("canary.txt");
    Files.writeString(other, HEAD + PASSES);

    assertThat(Ran.of("test", dir.toString(), "--tests", other.toString()).exitCode()).isZero();
  }

  @Test
  void checkPassesTestsByQuietly() throws IOException {
    run(HEAD + PASSES);
    Ran with = Ran.of("check", dir.toString());
    Files.delete(dir.resolve("deep/er/meshguard-tests.yaml"));

    assertThat(with).isEqualTo(Ran.of("check", dir.toString()));
    assertThat(with.err()).doesNotContain("skipped");
  }

  @Test
  void jsonFollowsItsSchema() throws IOException {
    String tests = HEAD + PASSES + FAILS + UNCERTAIN + UNKNOWN + FAILS.replace("status", "stauts");
    Ran ran = run(tests, "-o", "json", "--coverage");
    JsonNode json = new ObjectMapper().readTree(ran.out());
    JsonSchema schema =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(Files.readString(Path.of("docs/schema/test-report.schema.json")));

    assertThat(schema.validate(json)).isEmpty();
    assertThat(json.at("/summary").toString())
        .isEqualTo("{\"tests\":4,\"passed\":1,\"failed\":1,\"uncertain\":1,\"unusable\":1}");
    assertThat(json.at("/tests/1/differences/0/key").asText()).isEqualTo("status");
    assertThat(json.at("/errors/0/line").asInt()).isEqualTo(18);
    assertThat(json.at("/coverage/all").asInt()).isEqualTo(4);
    assertThat(json.at("/coverage/reached").asInt()).isEqualTo(4);
  }

  @Test
  void junitHasATestCaseATest() throws Exception {
    Path xml = dir.resolve("report.xml");
    String hostile = FAILS.replace("name: moved", "name: \"a <b> & \\\"c\\\" ]]> é\"");
    Ran ran =
        run(HEAD + PASSES + hostile + UNCERTAIN + UNKNOWN, "-o", "text", "-o", "junit=" + xml);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).contains("4 tests: ");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(Files.readAllBytes(xml)));
    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("4");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(4);
    Element failure = (Element) document.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).startsWith("status: expected 302; got redirected");
    assertThat(failure.getTextContent()).contains("takes the request");
    assertThat(((Element) failure.getParentNode()).getAttribute("name"))
        .isEqualTo("a <b> & \"c\" ]]> é");
  }

  @Test
  void coverageListsWhatNoTestComesToWithARequestThatWould() throws IOException {
    Ran ran = run(HEAD + PASSES, "--coverage");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains("coverage: 2 of 4 (50 %)\n  routes: 1 of 3\n  servers of gateways: 1 of 1\n")
        .contains("VirtualService shop/shop spec.http[1]  ")
        .contains("GET http://shop.example.com/old --at gateway:istio-system/public\n");
  }

  @Test
  void initPinsWhatIsSoToday() throws IOException {
    Files.writeString(dir.resolve("routes.yaml"), ROUTES);
    Path file = dir.resolve("meshguard-tests.yaml");

    Ran init = Ran.of("test", "init", dir.toString());
    assertThat(init.exitCode()).as(init.err()).isZero();
    assertThat(init.out()).isEqualTo("3 tests written to " + file + "\n");
    String text = Files.readString(file);
    assertThat(text).startsWith("# Written by \"meshguard test init\"").contains("certain: false");
    Ran passes = Ran.of("test", "--coverage", dir.toString());
    assertThat(passes.exitCode()).as(passes.out()).isZero();
    assertThat(passes.out()).contains("coverage: 4 of 4 (100 %)");

    Ran again = Ran.of("test", "init", dir.toString());
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("is there already; --force writes over it");
    assertThat(Ran.of("test", "init", "--force", dir.resolve("routes.yaml").toString()).exitCode())
        .isZero();
    assertThat(Files.readString(file)).isEqualTo(text);

    Files.writeString(dir.resolve("routes.yaml"), ROUTES.replace("exact: /old", "exact: /older"));
    assertThat(Ran.of("test", dir.toString()).exitCode()).isEqualTo(1);
    assertThat(Ran.of("test", "init", dir.resolve("none").toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void chineseIsWhole() throws IOException {
    Ran ran = run(HEAD + PASSES + FAILS + UNCERTAIN + UNKNOWN, "--coverage", "--language", "zh");

    assertThat(ran.out())
        .contains("  通过  images", "  失败  moved", "  不确定  gone", "  无法运行  elsewhere")
        .contains("4 个测试：1 个通过", "覆盖率：");
    assertThat(Ran.with("", Map.of("LANG", "zh_CN.UTF-8"), false, "test").err())
        .contains("用 --tests 指定");
  }

  @Test
  void aTerminalGetsColours() throws IOException {
    run(HEAD + PASSES);
    Ran ran = Ran.with("", Map.of(), true, "test", dir.toString());

    assertThat(ran.out()).contains("\u001b[32mok\u001b[0m");
  }
}
