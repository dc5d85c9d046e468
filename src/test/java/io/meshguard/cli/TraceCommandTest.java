package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceCommandTest {

  private static final String SHOP =
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
        - match: [{uri: {prefix: /images}}]
          route: [{destination: {host: images}}]
        - match: [{headers: {x-env: {exact: canary}}}]
          route: [{destination: {host: catalog, subset: v2}}]
        - route: [{destination: {host: catalog}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: other, namespace: shop}
      spec:
        hosts: [other.example.com]
        gateways: [istio-system/gone]
        http: [{route: [{destination: {host: catalog}}]}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: shop}
      spec: {selector: {app: catalog}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: images, namespace: shop}
      spec: {selector: {app: images}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}
      """;

  private static final String LOG =
      "[2026-01-31T12:00:00.000Z] \"GET /images/1 HTTP/1.1\" %s - \"-\" 0 0 0 - \"-\" \"curl/8\""
          + " \"5e1b\" \"shop.example.com\" \"10.1.0.9:8080\" %s 10.1.0.4:1 10.1.0.4:80 10.9.0.1:2 - -";

  @TempDir private Path dir = Path.of("");
  private String shop = "";

  @BeforeEach
  void write() throws IOException {
    shop = Files.writeString(dir.resolve("shop.yaml"), SHOP).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "http://shop.example.com/images/1, 0",
    "http://nobody.example.com/, 1",
    "http://shop.example.com:81/, 1",
    "http://catalog/, 0",
    "http://gone/, 3",
    "http://other.example.com/, 3",
    "GET /images, 2",
  })
  void theExitCodeSaysHowItEnds(String url, int code) {
    assertThat(Ran.of(args(url)).exitCode()).isEqualTo(code);
  }

  private String[] args(String url) {
    String request = "trace " + url;
    String entry = url.contains("catalog") || url.contains("gone") ? " --from shop/web " : " ";
    return (request + entry + shop).split(" ");
  }

  @Test
  void aMissingGatewayIsNamed() {
    Ran ran = Ran.of("trace", "http://other.example.com/", shop);
    assertThat(ran.err()).contains("VirtualService shop/other names Gateway istio-system/gone");
  }

  /** The address is not known, so the name that was called stands for it in both languages. */
  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void anAddressThatIsNotKnownIsCalledByItsName(String language) {
    Ran ran =
        Ran.of(
            "trace",
            "http://example.org:8443/",
            "--from",
            "shop/web",
            "--language",
            language,
            shop);
    String steps = ran.out().substring(0, ran.out().indexOf("=>"));
    assertThat(steps.lines().skip(1)).singleElement().asString().contains("example.org");
    assertThat(steps).contains("8443").doesNotContain("outside");
  }

  @Test
  void everyEntryThatTakesTheRequestIsShown() {
    Ran ran = Ran.of("trace", "http://shop.example.com/images/1", shop);
    assertThat(ran.out())
        .contains(
            "at gateway:istio-system/public",
            "VirtualService shop/shop spec.http[0].match[0] takes the request",
            "=> forwarded to images.shop.svc.cluster.local:80",
            "would take it if it stood first")
        .doesNotContain("at shop/web");
    Ran inside = Ran.of("trace", "http://catalog/", shop);
    assertThat(inside.out()).contains("GET http://catalog/ at shop/web");
  }

  @Test
  void jsonFollowsItsSchema() throws Exception {
    for (String url :
        new String[] {"http://shop.example.com/", "http://gone/", "tcp://catalog:80"}) {
      Ran ran =
          Ran.of("trace", url, "--at", "istio-system/public", "--from", "shop", "-o", "json", shop);
      JsonNode json = valid(ran.out());
      assertThat(json.at("/traces/0/entry/type").textValue()).isEqualTo("gateway");
      assertThat(json.at("/traces/1/entry/type").textValue()).isEqualTo("sidecar");
    }
  }

  @Test
  void whatIsNotKnownIsAnsweredBothWays() throws Exception {
    Ran ran =
        Ran.of(
            "trace",
            "http://shop.example.com/",
            "-H",
            "x-env: canary",
            "--at",
            "istio-system/public",
            "-o",
            "json",
            shop);
    JsonNode trace = valid(ran.out()).at("/traces/0");
    assertThat(trace.at("/certain").booleanValue()).isFalse();
    assertThat(trace.at("/branches/0/outcomes/0/kind").textValue()).isEqualTo("forwarded");
    assertThat(trace.at("/branches/1/outcomes/0/kind").textValue()).isEqualTo("noCluster");
    assertThat(trace.at("/branches/1/assumed/0/holds").booleanValue()).isFalse();
    assertThat(ran.exitCode()).isEqualTo(3);
    Ran closed =
        Ran.of(
            "trace",
            "http://shop.example.com/",
            "-H",
            "x-env: canary",
            "--at",
            "istio-system/public",
            "--closed-world",
            shop);
    assertThat(closed.exitCode()).isEqualTo(1);
    assertThat(closed.out()).contains("status 503, response flag NC");
  }

  @Test
  void aPictureIsOneOfMermaid() {
    Ran ran =
        Ran.of(
            "trace",
            "http://shop.example.com/<b>\"`",
            "--at",
            "istio-system/public",
            "-o",
            "mermaid",
            shop);
    assertThat(ran.out()).startsWith("flowchart TD\n").contains("#lt;b#gt;#quot;#96;");
    assertThat(ran.out().lines().skip(1))
        .allMatch(line -> line.matches("  \\w+(\\[\".*\"]|\\(\\[\".*\"]\\)| -->.*)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "200 - via_upstream -; outbound|80||images.shop.svc.cluster.local; 0",
        "503 UF upstream_reset -; outbound|80||images.shop.svc.cluster.local; 0",
        "200 - via_upstream -; outbound|80||catalog.shop.svc.cluster.local; 1",
        "404 NR route_not_found -; -; 1",
      })
  void aLineOfTheLogIsExplainedOrNot(String status, String cluster, int code) {
    Ran ran =
        Ran.of(
            "trace",
            "--access-log",
            LOG.formatted(status, cluster),
            "--at",
            "istio-system/public",
            shop);
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(code);
    assertThat(ran.out()).contains(code == 0 ? "The objects explain" : "do not explain");
  }

  @Test
  void linesComeFromStandardInputToo() {
    String lines =
        "[pod/web-7d4/istio-proxy] "
            + LOG.formatted("200 - via_upstream -", "outbound|80||images.shop.svc.cluster.local")
            + "\nnot a line\n";
    Ran ran = Ran.fed(lines, "trace", "--access-log", "-", shop);
    assertThat(ran.out()).contains("logged: status 200");
    assertThat(ran.err()).contains("line 2 is not a line of Envoy's access log");
    Ran none = Ran.of("trace", "--access-log", "hello", shop);
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("at column 1 there should be a time in brackets");
  }

  @Test
  void namesThatAreNotThereAreGuessed() {
    assertThat(Ran.of("trace", "http://a/", "--from", "shop/wbe", shop).err())
        .contains("did you mean shop/web?");
    assertThat(Ran.of("trace", "http://a/", "--at", "istio-system/pubic", shop).err())
        .contains("did you mean istio-system/public?");
    assertThat(Ran.of("trace", "http://a/").err()).contains("say which objects to look at");
  }

  @Test
  void whatCannotBeReadMakesTheAnswerUncertain() throws IOException {
    Path broken = Files.writeString(dir.resolve("broken.yaml"), "a: b: c\n");
    Ran ran =
        Ran.of(
            "trace",
            "http://shop.example.com/",
            "--at",
            "istio-system/public",
            shop,
            broken.toString());
    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(ran.err()).contains("broken.yaml:1:");
    assertThat(ran.out()).contains("=> forwarded to catalog");
  }

  @Test
  void aTerminalGetsColoursAndAPipeDoesNot() {
    String[] args = {"trace", "http://shop.example.com/", "--at", "istio-system/public", shop};
    assertThat(Ran.of(args).out()).doesNotContain("\u001b");
    assertThat(Ran.with("", Map.of(), true, args).out()).contains("\u001b[32m");
  }

  private static JsonNode valid(String text) throws Exception {
    JsonNode json = new ObjectMapper().readTree(text);
    try (InputStream schema =
        TraceCommandTest.class.getResourceAsStream("/docs/schema/trace.schema.json")) {
      assertThat(
              JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                  .getSchema(schema)
                  .validate(json))
          .isEmpty();
    }
    return json;
  }
}
