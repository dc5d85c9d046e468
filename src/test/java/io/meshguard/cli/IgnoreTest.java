package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Findings that somebody lets stay, by a mark in the file. */
final class IgnoreTest {

  private static final String GATEWAYS = "  gateways:\n";
  private static final String MARK = "# meshguard:ignore mesh-gateway-omitted ingress only";

  @TempDir private Path dir = Path.of("");

  private Ran check(String routes) {
    Shop.write(dir, "service.yaml", Shop.SERVICE);
    Shop.write(dir, "routes.yaml", routes);
    return Ran.of("check", "--no-config", "--fail-on", "warn", "--istio-version=1.29", dir + "");
  }

  @Test
  void aCommentAboveOrOnALineCoversItAndWhatIsBelow() {
    for (String marked :
        new String[] {
          Shop.NO_MESH.replace(GATEWAYS, "  " + MARK + "\n" + GATEWAYS),
          Shop.NO_MESH.replace(GATEWAYS, "  gateways: " + MARK + "\n"),
          Shop.NO_MESH.replace("spec:\n", MARK + "\nspec:\n"),
          Shop.NO_MESH.replace("spec:\n", "spec: " + MARK + "\n"),
          MARK + "\n\n# about routes\n" + Shop.NO_MESH,
        }) {
      Ran ran = check(marked);
      assertThat(ran.exitCode()).as(marked).isEqualTo(ExitCode.CLEAN);
      assertThat(ran.out()).contains("exempt [mesh-gateway-omitted]", "ingress only");
      assertThat(ran.err()).isEmpty();
    }
  }

  @Test
  void itCoversNothingElse() {
    Ran elsewhere = check(Shop.NO_MESH.replace("  http:\n", "  " + MARK + "\n  http:\n"));
    assertThat(elsewhere.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(elsewhere.err())
        .contains("routes.yaml:11: unused: no finding of mesh-gateway-omitted here");
    Ran next = check(MARK + "\n" + Shop.SERVICE.replace("ratings", "a") + "---\n" + Shop.NO_MESH);
    assertThat(next.exitCode()).isEqualTo(ExitCode.FINDINGS);
    Ran text = check(Shop.NO_MESH.replace("- public # the way in", "- 'a " + MARK + "'"));
    assertThat(text.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(text.err()).isEmpty();
  }

  @Test
  void withoutAReasonItDoesNotCount() {
    Ran ran =
        check(
            Shop.NO_MESH.replace(
                GATEWAYS, "  # meshguard:ignore mesh-gateway-omitted\n" + GATEWAYS));

    assertThat(ran.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(ran.err())
        .contains("routes.yaml:9: meshguard:ignore mesh-gateway-omitted says no reason");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh-gateway-omited", "nothing-like-it"})
  void anUnknownRuleIsNamed(String rule) {
    Ran ran =
        check(Shop.NO_MESH.replace(GATEWAYS, "  # meshguard:ignore " + rule + " why\n" + GATEWAYS));

    assertThat(ran.err())
        .contains("routes.yaml:9: meshguard:ignore names an unknown rule \"" + rule);
  }

  @Test
  void anAnnotationCoversAnObjectOfAFileWithoutComments() {
    Ran ran =
        check(
            """
            {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
             "metadata": {"name": "ratings", "namespace": "shop",
              "annotations": {"meshguard.io/ignore.mesh-gateway-omitted": "ingress only"}},
             "spec": {"hosts": ["ratings"], "gateways": ["public"],
              "http": [{"route": [{"destination": {"host": "ratings"}}], "retries": {"attempts": 0}}]}}
            """);

    assertThat(ran.exitCode()).isEqualTo(ExitCode.CLEAN);
    assertThat(ran.out()).contains("exempt [mesh-gateway-omitted]");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void whatIsIgnoredIsNotFixed() throws Exception {
    String marked = Shop.NO_MESH.replace(GATEWAYS, "  " + MARK + "\n" + GATEWAYS);
    check(marked);

    Ran.of("check", "--no-config", "--fix", "--unsafe-fixes", dir.toString());

    assertThat(Files.readString(dir.resolve("routes.yaml"))).isEqualTo(marked);
  }
}
