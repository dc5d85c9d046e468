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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiffCommandTest {

  static final String SHOP =
      """
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
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-system}
      spec:
        selector: {istio: ingressgateway}
        servers:
        - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop.example.com]
        gateways: [istio-system/public]
        http:
      """;

  static final String IMAGES_FIRST =
      """
        - match: [{uri: {prefix: /catalog-images}}]
          route: [{destination: {host: images}}]
        - match: [{uri: {prefix: /catalog}}]
          route: [{destination: {host: catalog}}]
      """;

  static final String CATALOG_FIRST =
      """
        - match: [{uri: {prefix: /catalog}}]
          timeout: 3s
          route: [{destination: {host: catalog}}]
        - match: [{uri: {prefix: /catalog-images}}]
          route: [{destination: {host: images}}]
      """;

  @TempDir private Path folder = Path.of("");

  private String[] sides(String before, String after) throws IOException {
    Path old = Files.createDirectories(folder.resolve("old"));
    Path now = Files.createDirectories(folder.resolve("new"));
    Files.writeString(old.resolve("shop.yaml"), before);
    Files.writeString(now.resolve("shop.yaml"), after);
    return new String[] {old.toString(), now.toString()};
  }

  private Ran diff(String before, String after, String... options) throws IOException {
    String[] sides = sides(before, after);
    String[] all = new String[options.length + 3];
    all[0] = "diff";
    System.arraycopy(options, 0, all, 1, options.length);
    all[options.length + 1] = sides[0];
    all[options.length + 2] = sides[1];
    return Ran.of(all);
  }

  @Test
  void movesAreToldWithTheLinesThatCauseThem() throws IOException {
    Ran ran = diff(SHOP + IMAGES_FIRST, SHOP + CATALOG_FIRST);
    String file = folder.resolve("new/shop.yaml").toString();
    String old = folder.resolve("old/shop.yaml").toString();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            GET http://shop.example.com/catalog-images
              before images.shop:80
              after  catalog.shop:80
              at     gateway istio-system/public port 80, host shop.example.com
              cause  NEW:26:13 VirtualService shop/shop spec.http[0].match[0]

            GET http://shop.example.com/catalog
              to     catalog.shop:80
              limit  timeout: none -> 3s
              at     gateway istio-system/public port 80, host shop.example.com
              cause  NEW:26:13 VirtualService shop/shop spec.http[0].match[0]
              cause  OLD:28:13 VirtualService shop/shop spec.http[1].match[0], as it was

            OLDDIR -> NEWDIR: 1 kind of requests goes elsewhere, none newly into an error; 1 with other limits only
            """
                .replace("NEWDIR", folder.resolve("new").toString())
                .replace("OLDDIR", folder.resolve("old").toString())
                .replace("NEW", file)
                .replace("OLD", old));
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void anEqualWayIsProved() throws IOException {
    String other = IMAGES_FIRST.replace("/catalog-images", "/images");
    String swapped =
        CATALOG_FIRST.replace("/catalog-images", "/images").replace("    timeout: 3s\n", "");
    Ran ran = diff(SHOP + other, SHOP + swapped, "--fail-on-change");
    assertThat(ran.out()).endsWith(": no request changes; 1 object differs\n");
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void exitCodesFollowWhatWasAskedToFailOn() throws IOException {
    String before = SHOP + IMAGES_FIRST;
    String moved = SHOP + CATALOG_FIRST;
    String broken = before.replace("{prefix: /catalog}", "{prefix: /catalogue}");
    assertThat(diff(before, moved).exitCode()).isZero();
    assertThat(diff(before, moved, "--fail-on-change").exitCode()).isOne();
    assertThat(diff(before, moved, "--fail-on-change", "all").exitCode()).isOne();
    assertThat(diff(before, moved, "--fail-on-change=errors").exitCode()).isZero();
    assertThat(diff(before, broken, "--fail-on-change=errors").exitCode()).isOne();
    String policy =
        """
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: deny, namespace: shop}
        """;
    Ran open = diff(before, before + policy, "--fail-on-change");
    assertThat(open.exitCode()).isEqualTo(3);
    assertThat(open.out())
        .contains(
            "no change found, but 1 thing could not be compared\n"
                + "  AuthorizationPolicy shop/deny: changed, and what its kind does to requests is"
                + " not compared\n");
    assertThat(diff(before, "a: b: c\n").exitCode()).isEqualTo(2);
    assertThat(diff(before, moved, "-o", "xml").err()).contains("known are text, json, markdown");
    assertThat(diff(before, moved, "-o", "json", "-o", "text").exitCode()).isEqualTo(2);
  }

  @Test
  void jsonHasTheShapeThatIsPublished() throws IOException {
    JsonNode report = valid(diff(SHOP + IMAGES_FIRST, SHOP + CATALOG_FIRST, "-o", "json").out());
    assertThat(report.at("/changes/0/request/path").asText()).isEqualTo("/catalog-images");
    assertThat(report.at("/changes/0/causes/0/line").asInt()).isEqualTo(26);
    assertThat(report.at("/summary/moved").asInt()).isOne();
    String rich =
        SHOP
            + """
              - match: [{headers: {"@request.auth.claims.group": {exact: admin}}}]
                rewrite: {uri: /x, authority: other}
                route: [{destination: {host: nowhere}, weight: 10}, {destination: {host: images, subset: v9}, weight: 90}]
              - match: [{uri: {prefix: /r}}]
                redirect: {uri: /x, authority: a.example.com, port: 8080, redirectCode: 302}
              - match: [{uri: {prefix: /f}}]
                fault: {abort: {httpStatus: 503, percentage: {value: 100}}}
                route: [{destination: {host: images}}]
              - match: [{uri: {prefix: /d}}]
                directResponse: {status: 418}
            """;
    JsonNode all = valid(diff(SHOP + IMAGES_FIRST, rich, "-o", "json", "--closed-world").out());
    assertThat(all.at("/changes").size()).isGreaterThan(3);
    valid(diff(rich, "", "-o", "json").out());
    valid(diff("", rich, "-o", "json").out());
    valid(diff(rich, rich, "-o", "json").out());
  }

  private static JsonNode valid(String json) throws IOException {
    JsonNode tree = new ObjectMapper().readTree(json);
    try (InputStream schema = Files.newInputStream(Path.of("docs/schema/diff.schema.json"))) {
      assertThat(
              JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                  .getSchema(schema)
                  .validate(tree))
          .isEmpty();
    }
    return tree;
  }

  @Test
  void markdownStandsInTablesWhateverIsInIt() throws IOException {
    String strange = IMAGES_FIRST.replace("/catalog-images", "\"/a|b`c``d<img src=x>\\n# e\"");
    Ran ran = diff(SHOP + IMAGES_FIRST, SHOP + strange, "-o", "markdown");
    assertThat(ran.out()).startsWith("### Requests: `");
    assertThat(ran.out().lines().filter(line -> line.startsWith("| ➡️")))
        .isNotEmpty()
        .allSatisfy(
            line ->
                assertThat(line.replace("\\|", "").chars().filter(c -> c == '|').count())
                    .isEqualTo(7));
    assertThat(ChangeMarkdownFormat.code("a|b")).isEqualTo("`a\\|b`");
    assertThat(ChangeMarkdownFormat.code("a`b``c")).isEqualTo("```a`b``c```");
    assertThat(ChangeMarkdownFormat.code("`")).isEqualTo("`` ` ``");
    assertThat(ChangeMarkdownFormat.code("")).isEqualTo("`  `");
  }

  @Test
  void annotationsStandAtTheLines() throws IOException {
    Ran ran = diff(SHOP + IMAGES_FIRST, SHOP + CATALOG_FIRST, "-o", "github");
    assertThat(ran.out().lines().findFirst().orElseThrow())
        .startsWith("::warning title=meshguard diff,file=")
        .contains(",line=26,col=13::GET http://shop.example.com/catalog-images: images.shop:80 ->");
  }

  @Test
  void revisionsAreCompared() throws IOException {
    GitShop.in(folder)
        .write("k8s/shop.yaml", SHOP + IMAGES_FIRST)
        .commit("images first")
        .write("k8s/shop.yaml", SHOP + CATALOG_FIRST)
        .commit("catalog first");
    Ran ran = Ran.of("diff", "HEAD~1..HEAD", folder.resolve("k8s").toString());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("after  catalog.shop:80", "HEAD~1 -> HEAD: 1 kind");
    Ran none = Ran.of("diff", "nowhere..HEAD", folder.resolve("k8s").toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("nowhere is no file or folder, and no revision");
  }

  @Test
  void secretsAreNotShown() throws IOException {
    String before =
        SHOP
            + """
              - match: [{headers: {authorization: {exact: "Bearer s3cret"}}}]
                headers: {request: {set: {x-api-key: k3y}}}
                route: [{destination: {host: images}}]
            """;
    String after = before.replace("k3y", "0ther").replace("host: images", "host: catalog");
    for (String format : new String[] {"text", "json", "markdown", "github"}) {
      assertThat(diff(before, after, "-o", format).out()).doesNotContain("s3cret", "k3y", "0ther");
      String sameWay = before.replace("k3y", "0ther");
      assertThat(diff(before, sameWay, "-o", format).out())
          .doesNotContain("s3cret", "k3y", "0ther");
    }
  }

  @Test
  void aTerminalGetsColour() throws IOException {
    String[] sides = sides(SHOP + IMAGES_FIRST, SHOP + CATALOG_FIRST);
    Ran ran = Ran.with("", Map.of(), true, "diff", sides[0], sides[1]);
    assertThat(ran.out()).contains("\u001b[33mcatalog.shop:80\u001b[0m");
  }

  @Test
  void chineseIsChineseThroughout() throws IOException {
    Ran ran = diff(SHOP + IMAGES_FIRST, SHOP + CATALOG_FIRST, "--language", "zh");
    assertThat(ran.out()).contains("之前 images.shop:80", "1 类请求去向改变");
  }
}
