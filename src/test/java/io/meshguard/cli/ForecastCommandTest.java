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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForecastCommandTest {

  /** Its last route is dead from 1.22 on; its retries are not known before 1.23. */
  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog, namespace: shop}
      spec:
        hosts: [catalog]
        http:
        - match: [{headers: {x-canary: {exact: "true"}}}]
          retries: {attempts: 2, retryOn: reset-before-request}
          route: [{destination: {host: catalog}}]
        - match: [{withoutHeaders: {x-canary: {exact: "true"}}}]
          route: [{destination: {host: catalog}}]
        - route: [{destination: {host: catalog}}]
      """;

  @TempDir private Path folder = Path.of("");

  private Ran forecast(String yaml, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("shop.yaml"), yaml);
    List<String> words = new ArrayList<>(List.of("forecast"));
    words.addAll(List.of(options));
    words.add(file.toString());
    return Ran.of(words.toArray(String[]::new));
  }

  private JsonNode json(String yaml, String from, String to) throws IOException {
    Ran ran = forecast(yaml, "--from", from, "--to", to, "-o", "json");
    assertThat(ran.err()).isEmpty();
    return valid(ran.out());
  }

  private static JsonNode valid(String json) throws IOException {
    JsonNode tree = new ObjectMapper().readTree(json);
    try (InputStream schema = Files.newInputStream(Path.of("docs/schema/forecast.schema.json"))) {
      assertThat(
              JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                  .getSchema(schema)
                  .validate(tree))
          .isEmpty();
    }
    return tree;
  }

  private static Set<String> told(JsonNode shifts) {
    Set<String> told = new TreeSet<>();
    shifts.forEach(one -> told.add(one.get("rule").asText() + " " + one.get("since").asText()));
    return told;
  }

  @Test
  void findingsAppearAndVanishWithTheMinorThatBringsThem() throws IOException {
    JsonNode json = json(ROUTES, "1.20", "1.29");
    assertThat(told(json.get("appear"))).containsExactly("unreachable-route Istio 1.22");
    assertThat(told(json.get("vanish"))).containsExactly("invalid-retry-condition Istio 1.23");
    assertThat(json.at("/appear/0/line").asInt()).isEqualTo(12);
    assertThat(json.at("/defaults/0/id").asText()).isEqualTo("without-headers");
    assertThat(json.at("/defaults/0/places/0/line").asInt()).isEqualTo(10);
    assertThat(json.at("/defaults/1/id").asText()).isEqualTo("retry-on-503");
    assertThat(json.at("/defaults/1/places").size()).isEqualTo(2);
  }

  /** Whatever lies between, the findings before, those that appear and those that vanish add up. */
  @Test
  void stepsAddUp() throws IOException {
    JsonNode whole = json(ROUTES, "1.20", "1.29");
    for (int minor = 21; minor < 29; minor++) {
      JsonNode first = json(ROUTES, "1.20", "1." + minor);
      JsonNode second = json(ROUTES, "1." + minor, "1.29");
      for (String part : List.of("appear", "vanish")) {
        Set<String> sum = told(first.get(part));
        sum.addAll(told(second.get(part)));
        assertThat(sum).as("%s at 1.%s", part, minor).isEqualTo(told(whole.get(part)));
      }
      assertThat(first.at("/defaults").size() + second.at("/defaults").size())
          .isEqualTo(whole.at("/defaults").size());
    }
  }

  @Test
  void textNamesPlaceConsequenceAndCure() throws IOException {
    Ran ran = forecast(ROUTES, "--from", "1.21.3", "--to", "1.24.1");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .contains(
            "Istio 1.22: withoutHeaders",
            "shop.yaml:10:31 VirtualService shop/catalog spec.http[1]",
            "istiod: EXCLUDE_UNSAFE_503_FROM_DEFAULT_RETRY=false (Helm: pilot.env",
            "compatibilityVersion=1.23",
            "releasenotes/notes/50506.yaml@1.24.0",
            "Findings that appear: 1",
            "Findings that vanish: 1",
            "Istio 1.21.3 → Istio 1.24.1: 2 defaults change for 1 object; 1 finding appears, 1"
                + " vanishes");
  }

  @Test
  void nothingToTellEndsWithZero() throws IOException {
    Ran ran = forecast(ROUTES, "--from", "1.29", "--to", "1.29.1");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .isEqualTo("Istio 1.29 → Istio 1.29.1: nothing that is known changes for these objects\n");
  }

  @Test
  void ignoredFindingsAreNotTold() throws IOException {
    String ignoring =
        ROUTES.replace("  - route:", "  # meshguard:ignore unreachable-route wanted\n  - route:");
    assertThat(told(json(ignoring, "1.20", "1.29").get("appear"))).isEmpty();
  }

  @Test
  void contextIsNotForecast() throws IOException {
    Path mesh = Files.writeString(folder.resolve("mesh.yaml"), ROUTES);
    Ran ran =
        forecast(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
            "--from",
            "1.20",
            "--to",
            "1.29",
            "--mesh",
            mesh.toString());
    assertThat(ran.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1.22, 1.20, a forecast looks forward",
    "1.22, 1.22.0, both sides are Istio 1.22",
    "1.22, 1.99, what changed after that is not known",
    "2.0, 2.1, is newer than",
    "0.8, 1.20, version 0.8 is not known",
    "x, 1.20, is not a version",
  })
  void versionsThatMakeNoSenseAreRefused(String from, String to, String why) throws IOException {
    Ran ran = forecast(ROUTES, "--from", from, "--to", to);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains(why);
  }

  @Test
  void kubernetesIsComparedToo() throws IOException {
    String workload =
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {istio-injection: enabled}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: catalog, namespace: shop}
        spec: {template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}
        """;
    Ran ran =
        forecast(
            workload,
            "--from=1.28",
            "--to=1.28",
            "--from-kubernetes=1.31",
            "--to-kubernetes=1.33",
            "-o=json");
    assertThat(valid(ran.out()).at("/defaults/0/since").asText()).isEqualTo("Kubernetes 1.33");
    Ran half = forecast(workload, "--from=1.28", "--to=1.29", "--to-kubernetes=1.33");
    assertThat(half.err()).contains("say which Kubernetes runs now");
    Ran endless =
        forecast(
            workload,
            "--from=1.28",
            "--to=1.29",
            "--from-kubernetes=1.1",
            "--to-kubernetes=1.999999");
    assertThat(endless.err()).contains("version 1.999999 is not known");
  }

  @Test
  void markdownIsATicketWhateverIsInIt() throws IOException {
    String strange = ROUTES.replace("x-canary", "\"x|`y`<img src=x>\\n# z\"");
    Ran ran = forecast(strange, "--from", "1.20", "--to", "1.29", "-o", "markdown");
    assertThat(ran.out()).startsWith("## Istio 1.20 → Istio 1.29\n\n**2 defaults change");
    assertThat(ran.out())
        .contains("\n### Checklist\n\n- [ ] Istio 1.22: ", "\n| requests may fail");
    assertThat(ran.out().lines().filter(line -> line.startsWith("# "))).isEmpty();
    assertThat(ran.out().lines().filter(line -> line.startsWith("| requests may")))
        .hasSize(1)
        .allSatisfy(
            line -> assertThat(line.replace("\\|", "").chars().filter(c -> c == '|')).hasSize(6));
  }

  @Test
  void controlCharactersDoNotReachATerminal() throws IOException {
    Ran ran =
        forecast(ROUTES.replace("x-canary", "\"\\e[31mx\""), "--from", "1.20", "--to", "1.29");
    assertThat(ran.out()).doesNotContain("\u001b");
  }

  @Test
  void brokenObjectsDoNotStopIt() throws IOException {
    String broken =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: a, namespace: [1]}
        spec: {hosts: {a: b}, http: [1, null, [], {match: 7, retries: [], mirror: 3, route: {}}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: a}
        spec: {host: [], subsets: [1, {trafficPolicy: [tls]}], trafficPolicy: {tls: {mode: [SIMPLE]}}}
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: a}
        spec: {hosts: 1, ports: [null, {number: x, targetPort: -1}], resolution: {}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: a, annotations: 1}
        spec: {type: ExternalName, externalName: 7, ports: 3}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: a}
        spec: {template: {metadata: {annotations: [], labels: 1}, spec: []}}
        """;
    Ran ran = forecast(broken, "--from", "1.5", "--to", "1.30");
    assertThat(ran.exitCode()).isLessThan(3);
    assertThat(ran.err()).doesNotContain("internal error");
  }

  @Test
  void whatCannotBeReadIsToldAndTheRestForecast() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.yaml"), "a: b: c\n");
    Ran ran = forecast(ROUTES, "--from", "1.20", "--to", "1.29", bad.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).contains("Istio 1.22");
    assertThat(ran.err()).contains("bad.yaml:1");
  }

  @Test
  void reportsGoToFiles() throws IOException {
    Path ticket = folder.resolve("ticket.md");
    Ran ran =
        forecast(ROUTES, "--from=1.20", "--to=1.29", "-o", "markdown=" + ticket, "-o", "text");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ticket).content().startsWith("## Istio 1.20");
    assertThat(forecast(ROUTES, "--from=1.20", "--to=1.29", "-o", "text", "-o", "json").exitCode())
        .isEqualTo(2);
  }

  @Test
  void chinese() throws IOException {
    for (String format : List.of("text", "markdown")) {
      Ran ran = forecast(ROUTES, "--from=1.20", "--to=1.29", "--language=zh", "-o", format);
      assertThat(ran.out()).contains("带值的 withoutHeaders", "项默认行为改变").doesNotContain("Findings");
    }
  }
}
