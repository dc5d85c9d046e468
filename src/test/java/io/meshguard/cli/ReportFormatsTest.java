package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.report.SarifSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Formats that other programs read, held to what those programs say of them. */
final class ReportFormatsTest {

  private static final String HOSTILE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: ratings, namespace: shop}
      spec:
        hosts: [%s]
        gateways: [public]
        http:
        - route: [{destination: {host: %s, subset: none}}]
      """;

  private final Path dir;

  ReportFormatsTest(@TempDir Path dir) {
    this.dir = dir;
  }

  /** <a href="https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format">. */
  @Test
  void gitlabHasEveryFieldThatGitlabAsksFor() throws Exception {
    repository();
    Shop.write(dir, "deploy/a.yaml", routes(2));
    Shop.write(dir, "deploy/b.yaml", Shop.RETRIES);
    Shop.write(dir, "deploy/broken.yaml", "a: [\n");

    JsonNode issues = json(run("gitlab", "deny", dir + "/./deploy"));

    assertThat(issues).hasSize(4);
    Set<String> fingerprints = new HashSet<>();
    for (JsonNode issue : issues) {
      assertThat(issue.path("description").asText()).isNotBlank();
      assertThat(issue.path("check_name").asText()).isIn("implicit-retries", "unreadable");
      assertThat(issue.path("severity").asText())
          .isIn("info", "minor", "major", "critical", "blocker");
      assertThat(issue.at("/location/path").asText()).startsWith("deploy/");
      assertThat(issue.at("/location/lines/begin").isInt()).isTrue();
      fingerprints.add(issue.path("fingerprint").asText());
    }
    assertThat(fingerprints).as("fingerprints").hasSize(4);
    assertThat(json(run("gitlab", "deny", dir + "/deploy/b.yaml")).at("/0/fingerprint").asText())
        .as("the same finding has the same fingerprint in another run")
        .isIn(fingerprints);
  }

  @Test
  void gitlabOfStandardInputNamesTheObject() throws Exception {
    String policy = Shop.write(dir, "p.yaml", Shop.policy("implicit-retries", "deny"));
    JsonNode issues =
        json(Ran.fed(Shop.RETRIES, "check", "-o", "gitlab", "--policy", policy, "-").out());
    assertThat(issues.at("/0/location/path").asText()).isEqualTo("VirtualService/shop/ratings");
    assertThat(issues.at("/0/location/lines/begin").asInt()).isEqualTo(11);
  }

  /**
   * <a href="https://checkstyle.org/result_reports.html">Elements and attributes</a>, of which
   * reviewdog reads name, line, column, message, severity and source.
   */
  @Test
  void checkstyleHasTheElementsOfCheckstyle() throws Exception {
    repository();
    Shop.write(dir, "deploy/a \"<&>\u0001.yaml", Shop.RETRIES);
    Shop.write(dir, "deploy/broken.yaml", "a: [\n");
    String xml = run("checkstyle", "deny", dir + "/deploy");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("checkstyle");
    assertThat(document.getDocumentElement().getAttribute("version")).isNotEmpty();
    Element file = (Element) document.getElementsByTagName("file").item(0);
    assertThat(file.getAttribute("name")).isEqualTo("deploy/a \"<&>\\u0001.yaml");
    Element error = (Element) file.getElementsByTagName("error").item(0);
    assertThat(error.getAttribute("line")).isEqualTo("11");
    assertThat(error.getAttribute("column")).isEqualTo("5");
    assertThat(error.getAttribute("severity")).isEqualTo("error");
    assertThat(error.getAttribute("source")).isEqualTo("meshguard.implicit-retries");
    assertThat(error.getAttribute("message")).startsWith("[implicit-retries] VirtualService");
    assertThat(document.getElementsByTagName("error").getLength()).isEqualTo(2);
  }

  @Test
  void sarifOfEveryOutcomeIsValid() throws Exception {
    Shop.write(dir, "a b.yaml", Shop.RETRIES);
    Shop.write(dir, "broken.yaml", "a: [\n");
    JsonNode log = json(run("sarif", "warn", dir.toString()));
    assertThat(SarifSchema.get().validate(log)).isEmpty();
    assertThat(SarifSchema.get().validate(json(run("sarif", "warn", Shop.write(dir, "e", "")))))
        .isEmpty();
  }

  @Test
  void sarifAndGithubNameFilesFromTheRootOfTheRepository() throws Exception {
    repository();
    String file = Shop.write(dir, "deploy/a.yaml", Shop.RETRIES);
    assertThat(json(run("sarif", "deny", file)).at("/runs/0/results/0").toString())
        .contains("{\"uri\":\"deploy/a.yaml\"}")
        .doesNotContain(dir.toString());
    assertThat(run("github", "deny", file)).contains(",file=deploy/a.yaml,line=11,col=5::");
  }

  /** GitHub shows ten errors and ten warnings a step beside their lines, and says nothing else. */
  @Test
  void githubSaysWhereMoreAre() {
    String ten = Shop.write(dir, "ten.yaml", routes(10));
    assertThat(run("github", "warn", ten)).doesNotContain("::notice").hasLineCount(10);
    Shop.write(dir, "one.yaml", Shop.RETRIES);
    assertThat(run("github", "warn", dir.toString()))
        .startsWith("::notice title=meshguard::no errors and 11 warnings: ")
        .hasLineCount(12);
  }

  @Test
  void markdownOfHostileNamesStaysText() {
    List<String> names =
        List.of(
            "a`b`` @octocat",
            "](https://evil.example) ![x](https://evil.example/x.png)",
            "<img src=x onerror=alert(1)> </details> &amp; <!-- ",
            "| a | b |",
            "org/repo#12 GH-1 !5 ~bug @team/x $1 %m :boom: www.evil.example",
            "**b** _i_ ~~s~~ # h",
            "\\`@octocat\\`",
            "`",
            "``` @octocat");
    StringBuilder manifests = new StringBuilder();
    for (String name : names) {
      String quoted = "'" + name.replace("'", "''") + "'";
      manifests.append(HOSTILE.formatted(quoted, quoted)).append("---\n");
      manifests.append(Shop.RETRIES.replace("name: ratings", "name: " + quoted)).append("---\n");
    }
    Shop.write(dir, "<b>@octocat`x`|.yaml", manifests.toString());
    Shop.write(dir, "broken.yaml", "a: &@octocat [\n");

    String text = run("markdown", "warn", dir.toString());

    Node tree = Parser.builder().build().parse(text);
    List<String> plain = new ArrayList<>();
    List<String> codes = new ArrayList<>();
    List<String> markup = new ArrayList<>();
    tree.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text node) {
            plain.add(node.getLiteral());
          }

          @Override
          public void visit(Code node) {
            codes.add(node.getLiteral());
          }

          @Override
          public void visit(HtmlInline node) {
            markup.add(node.getLiteral());
          }

          @Override
          public void visit(Image node) {
            markup.add("image");
          }

          @Override
          public void visit(Link node) {
            markup.add("link to " + node.getDestination());
          }

          @Override
          public void visit(HtmlBlock node) {
            plain.add(node.getLiteral().replaceAll("<code>.*?</code>", ""));
          }
        });
    assertThat(markup).isEmpty();
    assertThat(plain)
        .noneMatch(one -> one.contains("@") || one.contains("evil") || one.contains("#12"))
        .noneMatch(one -> one.contains("img") || one.contains("GH-") || one.contains("octocat"));
    assertThat(codes).anyMatch(one -> one.contains("@octocat"));
    assertThat(text).contains("<code>", "&lt;b&gt;@octocat`x`|.yaml</code>");
  }

  @Test
  void markdownLinksRulesAndIsBounded() {
    String policy =
        Shop.write(
            dir, "p.yaml", "docsUrl: https://docs.example/a(b)\nrules: {implicit-retries: warn}\n");
    String few = Shop.write(dir, "few.yaml", Shop.RETRIES);
    assertThat(Ran.of("check", "-o", "markdown", "--policy", policy, few).out())
        .startsWith("### Meshguard\n\n**1 object checked, 1 finding: 1 warn  \n1 can be fixed**\n")
        .contains("<details open><summary><code>")
        .contains("[implicit-retries](https://docs.example/a%28b%29/implicit-retries) ")
        .contains("  - fix (unsafe): ");
    for (int i = 0; i < 3; i++) {
      Shop.write(dir, "many/" + i + ".yaml", routes(150));
    }
    String many = Ran.of("check", "-o", "markdown", "--policy", policy, dir + "/many").out();
    long shown = many.lines().filter(line -> line.startsWith("- **")).count();
    assertThat(many.length()).isBetween(60_000, 65_536);
    assertThat(many).endsWith("\n\n… " + (450 - shown) + " more\n");
    assertThat(many.split("<details>", -1)).hasSameSizeAs(many.split("</details>", -1));
  }

  @Test
  void chineseIsSpokenInEveryFormat() {
    Shop.write(dir, "a.yaml", Shop.NO_MESH);
    Shop.write(dir, "b.yaml", Shop.SERVICE);
    for (String format : List.of("gitlab", "markdown", "checkstyle", "sarif")) {
      Ran ran = Ran.of("check", "--language", "zh", "-o", format, dir.toString());
      assertThat(ran.out()).as(format).contains("gateways 中没有");
    }
    assertThat(Ran.of("check", "--language", "zh", "-o", "markdown", dir.toString()).out())
        .contains("已检查 2 个对象", "（unsafe）", "第 9 行")
        .doesNotContain("line 9");
  }

  private String run(String format, String mode, String path) {
    String policy = Shop.write(dir, "p/policy.txt", Shop.policy("implicit-retries", mode));
    return Ran.of("check", "-o", format, "--policy", policy, path).out();
  }

  /** Returns a VirtualService of so many routes, each of which has the finding of RETRIES. */
  private static String routes(int count) {
    StringBuilder text = new StringBuilder(Shop.RETRIES.substring(0, Shop.RETRIES.indexOf("  # ")));
    for (int i = 0; i < count; i++) {
      text.append("  - match: [{uri: {exact: /").append(i).append("}}]\n");
      text.append("    route: [{destination: {host: ratings}}]\n");
    }
    return text.toString();
  }

  private void repository() throws IOException {
    Files.createDirectories(dir.resolve(".git"));
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
