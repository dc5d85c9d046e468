package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line of the file under a finding, with a mark under the place. */
final class ExcerptTest {

  private final Path dir;

  ExcerptTest(@TempDir Path dir) {
    this.dir = dir;
  }

  @Test
  void standsUnderThePlaceOnATerminalOrWhereAskedFor() {
    String file = Shop.write(dir, "a.yaml", Shop.NO_MESH);
    String service = Shop.write(dir, "b.yaml", Shop.SERVICE);
    String excerpt = "    9 |   gateways:\n      |   ^\n    fix (unsafe)";

    assertThat(Ran.of("check", file, service).out()).doesNotContain("^");
    assertThat(Ran.of("check", "--excerpt", file, service).out()).contains(excerpt);
    Map<String, String> plain = Map.of("NO_COLOR", "1");
    assertThat(Ran.with("", plain, true, "check", file, service).out()).contains(excerpt);
    assertThat(Ran.with("", plain, true, "check", "--no-excerpt", file, service).out())
        .doesNotContain("^");
    assertThat(Ran.of("check", "--excerpt", "-o", "text=" + dir + "/out", file, service).out())
        .isEmpty();
    assertThat(dir.resolve("out")).content().contains(excerpt);
  }

  @Test
  void isThatOfTheFileAfterAFix() {
    String file = Shop.write(dir, "a.yaml", Shop.RETRIES);
    String policy = Shop.write(dir, "p.txt", Shop.policy("implicit-retries", "deny"));
    Ran ran = Ran.of("check", "--fix", "--excerpt", "--policy", policy, file);
    assertThat(ran.out()).contains("    11 |   - route:\n       |     ^\n");
  }

  @Test
  void countsColumnsAsATerminalDoes() {
    assertThat(
            marked(
                "{\"注释😀\": 1, spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}"))
        .containsExactly(
            "\"注释😀\": 1, spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}",
            " ".repeat(39) + "^");
    assertThat(
            marked(
                "{\"注\u0301\": 1,\tspec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}"))
        .containsExactly(
            "\"注\u0301\": 1,    spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}",
            " ".repeat(38) + "^");
  }

  @Test
  void cutsALongLineAroundThePlace() {
    String far = "x".repeat(300_000);
    List<String> lines =
        marked(
            "{\"x\": \""
                + far
                + "\", spec: {hosts: [a], http: [{route: [{destination: {host: a}}],"
                + " name: \""
                + far
                + "\"}]}}");
    assertThat(lines.get(0)).startsWith("…xxx").endsWith("xxx…").hasSizeLessThan(110);
    assertThat(lines.get(0).substring(lines.get(1).length() - 1)).startsWith("{route: [{");
  }

  @Test
  void escapesWhatATerminalWouldObey() {
    assertThat(
            marked(
                "{\"\u202Ea\": \"\u200F\", spec: {hosts: [a], http: [{route: [{destination: {host:"
                    + " a}}]}]}}"))
        .containsExactly(
            "\"\\u202Ea\": \"\\u200F\", spec: {hosts: [a], http: [{route: [{destination: {host:"
                + " a}}]}]}}",
            " ".repeat(47) + "^");
  }

  @Test
  void neverShowsWhatMayBeASecret() {
    String file =
        Shop.write(
            dir,
            "s.yaml",
            "{apiVersion: networking.istio.io/v1, kind: VirtualService,\n metadata: {name: r,"
                + " annotations: {a: hunter1}}, env: [{name: X, value: hunter2}], token: hunter3,"
                + " spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}} # hunter5\n");
    assertThat(checked(file))
        .contains("name: X, value: …}], token: …, spec", "{route: [")
        .doesNotContain("hunter");
    assertThat(
            marked(
                "{spec: {hosts: [a], http: [{headers: {request: {set: {authorization: hunter4}}},"
                    + " route: [{destination: {host: a}}]}]}}"))
        .first()
        .asString()
        .contains("set: {authorization: …}}}, route");

    assertThat(
            marked("{spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}} # hunter5"))
        .first()
        .asString()
        .endsWith("]}} # …");
  }

  @Test
  void neverShowsAnObjectOfTheSameLine() {
    String other = "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: hunter2}}";
    String routes =
        "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: r},"
            + " spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}";
    String file =
        Shop.write(
            dir,
            "a.yaml",
            "{apiVersion: v1, kind: List, items: [" + routes + ", " + other + "]}\n");
    assertThat(checked(file)).contains(" | ").doesNotContain("hunter");
  }

  /** Returns the line of the finding and the line with the mark, of an object in one line. */
  private List<String> marked(String object) {
    String head = "{apiVersion: networking.istio.io/v1, kind: VirtualService,\n";
    String meta = object.contains("metadata") ? "" : "metadata: {name: r},\n";
    String file = Shop.write(dir, "m.yaml", head + meta + object.substring(1) + "\n");
    return checked(file)
        .lines()
        .filter(line -> line.startsWith("    ") && line.contains(" | "))
        .map(line -> line.substring(line.indexOf(" | ") + 3))
        .limit(2)
        .toList();
  }

  private String checked(String file) {
    String policy = Shop.write(dir, "p.txt", Shop.policy("implicit-retries", "deny"));
    return Ran.of("check", "--excerpt", "--policy", policy, file).out();
  }
}
