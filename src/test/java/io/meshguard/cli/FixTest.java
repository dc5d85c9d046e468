package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.files.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixTest {

  private static final String FIXED_RETRIES =
      Shop.RETRIES.stripTrailing() + "\n    retries:\n      attempts: 0\n";

  private final Path dir;

  FixTest(@TempDir Path dir) {
    this.dir = dir;
  }

  @Test
  void unsafeFixesNeedTheModeOrTheOption() throws Exception {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);
    String warn = Shop.write(dir, "warn.yaml", Shop.policy("implicit-retries", "warn"));
    String fix = Shop.write(dir, "fix.yaml", Shop.policy("implicit-retries", "fix"));

    Ran left = Ran.of("check", "--fix", "--policy", warn, "--fail-on", "warn", routes);
    assertThat(left.exitCode()).isEqualTo(1);
    assertThat(Files.readString(Path.of(routes))).isEqualTo(Shop.RETRIES);

    Ran fixed = Ran.of("check", "--fix", "--policy", fix, "--fail-on", "warn", routes);
    assertThat(fixed.exitCode()).isEqualTo(0);
    assertThat(fixed.out())
        .startsWith(
            routes + ": fixed [implicit-retries] VirtualService shop/ratings spec.http[0]: ")
        .endsWith("1 object checked, no findings\n");
    assertThat(Files.readString(Path.of(routes))).isEqualTo(FIXED_RETRIES);

    Files.writeString(Path.of(routes), Shop.RETRIES);
    Ran.of("check", "--fix", "--unsafe-fixes", "--policy", warn, routes);
    assertThat(Files.readString(Path.of(routes))).isEqualTo(FIXED_RETRIES);
  }

  @Test
  void unsafeFixesAloneAreAMistake() throws Exception {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);

    Ran ran = Ran.of("check", "--unsafe-fixes", routes);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("--unsafe-fixes needs --fix or --diff");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void fixingTwiceChangesNothingMore() throws Exception {
    String routes = Shop.write(dir, "routes.yaml", Shop.NO_MESH);
    Shop.write(dir, "service.yaml", Shop.SERVICE);

    Ran.of("check", "--fix", "--unsafe-fixes", dir.toString());
    String once = Files.readString(Path.of(routes));
    assertThat(once).isEqualTo(Shop.NO_MESH.replace("# the way in\n", "# the way in\n  - mesh\n"));
    Ran again = Ran.of("check", "--fix", "--unsafe-fixes", dir.toString());
    assertThat(again.out()).isEqualTo("2 objects checked, no findings\n");
    assertThat(Files.readString(Path.of(routes))).isEqualTo(once);
  }

  @Test
  void diffShowsWhatWouldBeDoneAndWritesNothing() throws Exception {
    String text = Shop.RETRIES.stripTrailing();
    String routes = Shop.write(dir, "routes.yaml", text);
    String policy = Shop.write(dir, "policy.yaml", Shop.policy("implicit-retries", "fix"));

    Ran ran = Ran.of("check", "--fix", "--diff", "--policy", policy, routes);

    assertThat(ran.out())
        .isEqualTo(
            """
            --- FILE
            +++ FILE
            @@ -10,4 +10,6 @@
                 # everything
                 - route:
                   - destination:
            -          host: ratings
            \\ No newline at end of file
            +          host: ratings
            +      retries:
            +        attempts: 0
            \\ No newline at end of file
            """
                .replaceAll("(?m)^([ +-])  ", "$1")
                .replace("FILE", routes));
    assertThat(ran.err()).contains("1 finding in 1 file would be fixed");
    assertThat(Files.readString(Path.of(routes))).isEqualTo(text);
    assertThat(Ran.of("check", "--diff", "-o", "json", routes).exitCode()).isEqualTo(2);
  }

  @Test
  void standardInputCanBeDiffedButNotRewritten() throws Exception {
    String policy = Shop.write(dir, "policy.yaml", Shop.policy("implicit-retries", "fix"));
    assertThat(Ran.fed(Shop.RETRIES, "check", "--diff", "--policy", policy, "-").out())
        .contains("+++ -\n", "+    retries:\n");
    assertThat(Ran.fed(Shop.RETRIES, "check", "--fix", "--policy", policy, "-").exitCode())
        .isEqualTo(2);
  }

  @Test
  void permissionsAndLinksStay() throws Exception {
    Path file = Path.of(Shop.write(dir, "real/routes.yaml", Shop.RETRIES));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(dir.resolve("link.yaml"), file);
    String policy = Shop.write(dir, "policy.yaml", Shop.policy("implicit-retries", "fix"));

    Ran.of("check", "--fix", "--policy", policy, link.toString());

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent(FIXED_RETRIES);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    try (var left = Files.list(file.resolveSibling(""))) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aLinkOutOfTheFolderIsFollowedOnlyWhereThatIsAskedFor() throws Exception {
    Path outside = Path.of(Shop.write(dir, "elsewhere/routes.yaml", Shop.RETRIES));
    Path further = Path.of(Shop.write(dir, "further/more.yaml", more("more")));
    Path inside = Path.of(Shop.write(dir, "given/own.yaml", more("own")));
    Path link = Files.createSymbolicLink(dir.resolve("given/link.yaml"), outside);
    Files.createSymbolicLink(dir.resolve("given/folder"), further.getParent());
    Files.createSymbolicLink(dir.resolve("given/self"), dir.resolve("given/self"));
    Files.createSymbolicLink(dir.resolve("given/zz.yaml"), inside);
    String given = dir.resolve("given").toString();
    String policy = Shop.write(dir, "policy.yaml", Shop.policy("implicit-retries", "fix"));

    Ran diff = Ran.of("check", "--diff", "--policy", policy, given);
    assertThat(diff.out()).contains("given/own.yaml").doesNotContain("link.yaml", "more.yaml");

    Ran left = Ran.of("check", "--fix", "--policy", policy, given);
    assertThat(outside).hasContent(Shop.RETRIES);
    assertThat(further).hasContent(more("more"));
    assertThat(Files.readString(inside)).contains("attempts: 0");
    assertThat(left.err())
        .contains("2 symbolic links lead out of the folders that were given")
        .contains(given + "/folder/more.yaml, " + link);
    assertThat(Ran.of("check", "--fix", "--language", "zh", "--policy", policy, given).err())
        .contains("2 个符号链接");

    Ran followed = Ran.of("check", "--fix", "--follow-links", "--policy", policy, given);
    assertThat(followed.err()).doesNotContain("symbolic");
    assertThat(outside).hasContent(FIXED_RETRIES);
    assertThat(Files.readString(further)).contains("attempts: 0");
    assertThat(link).isSymbolicLink();
    assertThat(Ran.of("check", "--follow-links", given).exitCode()).isEqualTo(2);
  }

  private static String more(String name) {
    return Shop.RETRIES.replace("ratings", name);
  }

  @Test
  void whatCannotBeEditedIsSaidAndLeft() throws Exception {
    String aliased =
        Shop.RETRIES.replace("- route:", "- &all\n    route:")
            + """
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: b, namespace: shop}
            spec:
              hosts: [b]
              http:
              - &b
                route: [{destination: {host: b}}]
              - *b
            """;
    String routes = Shop.write(dir, "routes.yaml", aliased);
    String policy = Shop.write(dir, "policy.yaml", Shop.policy("implicit-retries", "fix"));

    Ran ran = Ran.of("check", "--fix", "--policy", policy, "--fail-on", "warn", routes);

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .contains("cannot edit VirtualService shop/b in " + routes)
        .contains("apply this by hand:")
        .contains("+    retries:");
    assertThat(Files.readString(Path.of(routes)))
        .contains("      attempts: 0\n---\n")
        .endsWith(aliased.substring(aliased.indexOf("---\n")));
  }

  @Test
  void aFileThatIsNoLongerWhatWasReadIsNotWritten() throws Exception {
    Path file = Path.of(Shop.write(dir, "a.yaml", "now: 1\n"));
    try {
      AtomicFile.replace(file, "before: 1\n", "after: 1\n");
    } catch (java.io.IOException e) {
      assertThat(e).hasMessageContaining("changed by somebody else");
    }
    assertThat(file).hasContent("now: 1\n");
  }

  @Test
  void filesWithBrokenDocumentsAreLeftAlone() throws Exception {
    String text = Shop.RETRIES + "---\na: [\n";
    String routes = Shop.write(dir, "routes.yaml", text);
    String policy = Shop.write(dir, "policy.yaml", Shop.policy("implicit-retries", "fix"));
    assertThat(Ran.of("check", "--fix", "--policy", policy, routes).exitCode()).isEqualTo(2);
    assertThat(Files.readString(Path.of(routes))).isEqualTo(text);
  }
}
