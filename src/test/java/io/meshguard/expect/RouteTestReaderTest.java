package io.meshguard.expect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.meshguard.expect.RouteTest.Entry;
import io.meshguard.rule.Language;
import io.meshguard.trace.CallException;
import io.meshguard.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RouteTestReaderTest {

  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(RouteTestSchema.schema());

  private static final String EVERYTHING =
      """
      at: gateway:istio-system/ingress
      certain: false
      tests:
      - name: images have their own backend
        request: GET https://shop.example.com/catalog-images/7?size=1
        headers: {x-env: canary, x-n: 1, x-many: [a, b]}
        http: 1.0
        serverName: shop.example.com
        from: shop/web
        expect:
          outcome: forwarded
          host: images.shop
          port: 80
          subset: v1
          status: 503
          flag: NC
          redirect: https://shop.example.com/
          timeout: 1m30s
          retries: 0
          perTryTimeout: none
          weights: {v1: 90, v2: 10}
          rewrite: {path: /x, authority: images}
          headers: {request: {set: {a: b}, add: {c: d}, remove: [e]}, response: {remove: f}}
          mirror: [audit, log.ops]
          certain: true
      - request: http://old.example.com/
        expect: {location: https://shop.example.com/, status: 301}
      """;

  @Test
  void everything() {
    RouteTests read = RouteTestReader.read("t.yaml", EVERYTHING);

    assertThat(read.problems()).isEmpty();
    assertThat(read.tests()).hasSize(2);
    RouteTest test = read.tests().get(0);
    assertThat(test.name()).isEqualTo("images have their own backend");
    assertThat(test.position().line()).isEqualTo(4);
    assertThat(test.entry()).isEqualTo(new Entry(Entry.Type.FROM, "shop/web"));
    assertThat(test.call().method()).isEqualTo("GET");
    assertThat(test.call().headers().get("x-many")).containsExactly("a", "b");
    assertThat(test.call().headers().get("x-n")).containsExactly("1");
    Expectation expect = test.expect();
    assertThat(expect.host()).contains("images.shop");
    assertThat(expect.timeout()).hasValue(90_000);
    assertThat(expect.perTryTimeout()).hasValue(0);
    assertThat(expect.weights()).containsEntry("v1", 90L).containsEntry("v2", 10L);
    assertThat(expect.headers().stream().map(Object::toString))
        .containsExactly(
            "request.set a: b", "request.add c: d", "request.remove e", "response.remove f");
    assertThat(expect.mirror()).contains(List.of("audit", "log.ops"));
    assertThat(expect.certain()).isTrue();
    RouteTest other = read.tests().get(1);
    assertThat(other.name()).isEqualTo("GET http://old.example.com/");
    assertThat(other.entry()).isEqualTo(new Entry(Entry.Type.AT, "gateway:istio-system/ingress"));
    assertThat(other.expect().redirect()).contains("https://shop.example.com/");
    assertThat(other.expect().certain()).isFalse();
    assertThat(valid(EVERYTHING)).isTrue();
  }

  @Test
  void severalDocumentsHaveEntriesOfTheirOwn() {
    String text =
        """
        at: public
        tests:
        - {request: http://a.example.com/, expect: {status: 404}}
        ---
        from: shop/web
        tests:
        - {request: http://a/, expect: {status: 404}}
        ---
        """;
    List<RouteTest> tests = RouteTestReader.read("t.yaml", text).tests();

    assertThat(tests.stream().map(test -> test.entry().type()))
        .containsExactly(Entry.Type.AT, Entry.Type.FROM);
  }

  static List<Arguments> mistakes() {
    String head = "at: x/y\ntests:\n- ";
    return List.of(
        Arguments.of("", "t.yaml:1:1: holds no tests"),
        Arguments.of("at: x/y\n", "t.yaml:1:1: holds no tests"),
        Arguments.of("- a\n", "t.yaml:1:1: expected a mapping"),
        Arguments.of("at: x/y\ntest: []\n", "2:1: test: is not a valid key here"),
        Arguments.of("at: x/y\ntest: []\n", "did you mean \"tests\"?"),
        Arguments.of("at: x/y\ntests: []\n", "2:1: tests: holds no tests"),
        Arguments.of("at: x/y\nfrom: a/b\ntests:\n- {}\n", "2:1: from: a request enters either"),
        Arguments.of(
            "tests:\n- {request: http://a/, expect: {status: 404}}",
            "2:3: tests[0]: it is not said"),
        Arguments.of(head + "{request: http://a/}", "3:3: tests[0]: expect is missing"),
        Arguments.of(head + "{expect: {status: 404}}", "tests[0]: request is missing"),
        Arguments.of(head + "{request: http://a/, expect: {}}", "expect: expects nothing"),
        Arguments.of(
            head + "{request: http://a/, expect: {certain: true}}", "expect: expects nothing"),
        Arguments.of(
            head + "{request: http://a/, expect: {hots: x}}",
            "3:33: tests[0].expect.hots: is not a valid key here"),
        Arguments.of(head + "{request: http://a/, expect: {hots: x}}", "did you mean \"host\"?"),
        Arguments.of(
            head + "{request: http://a/, expect: {status: ok}}", "whole number from 0 to 599"),
        Arguments.of(
            head + "{request: http://a/, expect: {port: 0}}", "whole number from 1 to 65535"),
        Arguments.of(
            head + "{request: http://a/, expect: {flag: NX}}", "\"NX\" is not possible here"),
        Arguments.of(
            head + "{request: http://a/, expect: {outcome: forward}}",
            "did you mean \"forwarded\"?"),
        Arguments.of(
            head + "{request: http://a/, expect: {timeout: 3}}", "\"3\" is not a duration"),
        Arguments.of(
            head + "{request: http://a/, expect: {weights: {a: 50, b: 40}}}",
            "weights must have the sum 100, and have 90"),
        Arguments.of(
            head + "{request: http://a/, expect: {redirect: http://b/, location: http://c/}}",
            "redirect and location say the same"),
        Arguments.of(
            head + "{request: GET /x, expect: {status: 404}}",
            "3:4: tests[0].request: \"/x\" is not a URL"),
        Arguments.of(
            head + "{request: 'G ET http://a/', expect: {status: 404}}", "is not a request"),
        Arguments.of(
            head + "{request: 'ftp://a/', expect: {status: 404}}", "\"ftp\" is not a scheme"),
        Arguments.of(head + "{request: 'tcp://a', expect: {status: 404}}", "\"a\" has no port"),
        Arguments.of(
            head + "{request: http://a/, headers: {'a b': c}, expect: {status: 404}}",
            "headers: \"a b: c\" is not a header"),
        Arguments.of(
            head + "{request: http://a/, http: 3, expect: {status: 404}}",
            "\"3\" is not possible here: expected 1.0 | 1.1 | 2"),
        Arguments.of("at: x/y\nat: x/z\ntests: []\n", "2:1: at: is a duplicate key"),
        Arguments.of("at: [x\n", "cannot be read as YAML"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreNamedWithTheirPlace(String text, String message) {
    RouteTests read = RouteTestReader.read("t.yaml", text);

    assertThat(read.problems().stream().map(problem -> problem.line(Language.EN)))
        .anySatisfy(line -> assertThat(line).contains(message));
    assertThat(read.problems()).allSatisfy(p -> assertThat(p.line(Language.ZH)).isNotBlank());
    assertThat(read.tests()).isEmpty();
  }

  @Test
  void oneMistakeDoesNotStopTheOthers() {
    RouteTests read =
        RouteTestReader.read(
            "t.yaml",
            """
            at: x/y
            tests:
            - {request: /a, expect: {status: 404}}
            - {request: http://a/, expect: {status: 404}}
            """);

    assertThat(read.tests()).hasSize(1);
    assertThat(read.problems()).hasSize(1);
  }

  @Test
  void aHostileTextEndsInAHundredProblems() {
    String text = "at: x/y\ntests:\n" + "- {request: /a, expect: {status: 404}}\n".repeat(5_000);

    assertThat(RouteTestReader.read("t.yaml", text).problems()).hasSize(100);
    String bomb = "a: &a [x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c < 'k'; c++) {
      String before = "*" + (char) (c - 1);
      bomb += c + ": &" + c + " [" + (before + ", ").repeat(7) + before + "]\n";
    }
    assertThat(RouteTestReader.read("t.yaml", bomb).problems()).isNotEmpty();
  }

  @Test
  void theSchemaHasTheKeysOfTheReader() {
    JsonNode schema = RouteTestSchema.schema();
    assertThat(keys(schema.at("/properties"))).containsExactlyInAnyOrderElementsOf(Keys.OF_FILE);
    assertThat(keys(schema.at("/$defs/test/properties")))
        .containsExactlyInAnyOrderElementsOf(Keys.OF_TEST);
    assertThat(keys(schema.at("/$defs/expect/properties")))
        .containsExactlyInAnyOrderElementsOf(Keys.OF_EXPECT);
    JsonSchema meta =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertThat(meta.validate(schema)).isEmpty();
  }

  @Test
  void theSchemaRefusesWhatTheReaderRefuses() {
    String head = "at: x/y\ntests:\n- {request: http://a/, expect: ";
    assertThat(valid(head + "{status: 404}}")).isTrue();
    assertThat(valid(head + "{stauts: 404}}")).isFalse();
    assertThat(valid(head + "{}}")).isFalse();
    assertThat(valid(head + "{flag: NX}}")).isFalse();
    assertThat(valid(head + "{timeout: 3 s}}")).isFalse();
    assertThat(valid("at: x/y\nfrom: a/b\ntests:\n- {request: http://a/, expect: {status: 1}}"))
        .isFalse();
    assertThat(valid("at: x/y\ntests: []")).isFalse();
  }

  @Test
  void thePageTellsOfEveryKeyAndItsExampleCanBeRun() throws IOException {
    for (String page : List.of("docs/route-tests.md", "docs/zh/route-tests.md")) {
      String text = Files.readString(Path.of(page));
      List<String> words = new ArrayList<>(OutcomeWord.ALL);
      words.addAll(Keys.OF_FILE);
      words.addAll(Keys.OF_TEST);
      words.addAll(Keys.OF_EXPECT);
      words.addAll(Keys.OF_REWRITE);
      assertThat(words).allSatisfy(key -> assertThat(text).contains("`" + key + "`"));

      int begin = text.indexOf("```yaml\n") + "```yaml\n".length();
      String example = text.substring(begin, text.indexOf("```", begin));
      RouteTests read = RouteTestReader.read(page, example);
      assertThat(read.problems()).isEmpty();
      assertThat(read.tests()).hasSize(5);
    }
  }

  @Test
  void bothLanguagesSayTheSame() throws IOException {
    Properties english = bundle("messages.properties");
    Properties chinese = bundle("messages_zh.properties");

    assertThat(chinese.keySet()).isEqualTo(english.keySet());
    for (String key : english.stringPropertyNames()) {
      assertThat(new MessageFormat(chinese.getProperty(key)).getFormatsByArgumentIndex())
          .as(key)
          .hasSameSizeAs(new MessageFormat(english.getProperty(key)).getFormatsByArgumentIndex());
    }
    for (String word : OutcomeWord.ALL) {
      assertThat(english.stringPropertyNames()).contains("outcome." + word);
    }
    for (var reason : CallException.Reason.values()) {
      assertThat(english.stringPropertyNames()).contains("call." + reason.name());
    }
  }

  private static boolean valid(String yaml) {
    return SCHEMA.validate(YamlReader.readOne(yaml).tree()).isEmpty();
  }

  private static List<String> keys(JsonNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static Properties bundle(String name) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = RouteTest.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return properties;
  }
}
