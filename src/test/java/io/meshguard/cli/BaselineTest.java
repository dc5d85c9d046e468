package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Findings that were there before, and objects that changed since. */
final class BaselineTest {

  @TempDir private Path dir = Path.of("");
  private String baseline = "";

  @BeforeEach
  void shop() {
    Shop.write(dir, "k8s/service.yaml", Shop.SERVICE);
    Shop.write(dir, "k8s/routes.yaml", Shop.NO_MESH);
    baseline = dir.resolve("known.yaml").toString();
  }

  private Ran check(String... more) {
    String[] args = new String[more.length + 4];
    args[0] = "check";
    args[1] = "--fail-on=warn";
    args[2] = "--istio-version=1.29";
    args[3] = dir.resolve("k8s").toString();
    System.arraycopy(more, 0, args, 4, more.length);
    return Ran.of(args);
  }

  @Test
  void onlyNewFindingsFail() throws IOException {
    Ran written = check("--baseline", baseline, "--write-baseline");
    assertThat(written.exitCode()).isEqualTo(ExitCode.CLEAN);
    assertThat(written.err()).contains("1 finding written to " + baseline);
    assertThat(Files.readString(Path.of(baseline))).contains("file: \"k8s/routes.yaml\"");

    Ran known = check("--baseline", baseline);
    assertThat(known.exitCode()).isEqualTo(ExitCode.CLEAN);
    assertThat(known.out()).contains("no findings");
    assertThat(known.err()).contains("1 finding is in the baseline " + baseline);

    Shop.write(dir, "k8s/more.yaml", Shop.NO_MESH.replace("name: ratings", "name: more"));
    Ran more = check("--baseline", baseline);
    assertThat(more.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(more.out()).contains("k8s/more.yaml:9:3").doesNotContain("k8s/routes.yaml:9");
  }

  @Test
  void aFindingIsKnownAgainElsewhere() {
    check("--baseline", baseline, "--write-baseline");
    Shop.write(dir, "k8s/routes.yaml", "# moved\n");
    Shop.write(dir, "k8s/other/moved.yaml", "# down\n\n" + Shop.NO_MESH);

    assertThat(check("--baseline", baseline).exitCode()).isEqualTo(ExitCode.CLEAN);
  }

  @Test
  void oneEntryIsOneFinding() {
    check("--baseline", baseline, "--write-baseline");
    Shop.write(dir, "k8s/again.yaml", Shop.NO_MESH);

    Ran ran = check("--baseline", baseline);

    assertThat(ran.out()).contains("k8s/again.yaml:9:3").doesNotContain("k8s/routes.yaml:9:3");
  }

  @Test
  void whatIsGoneIsNamedUnlessItWasNotLookedAt() {
    check("--baseline", baseline, "--write-baseline");
    Ran elsewhere =
        Ran.of("check", "--baseline", baseline, dir.resolve("k8s/service.yaml").toString());
    assertThat(elsewhere.err()).doesNotContain("is gone");
    Shop.write(dir, "k8s/routes.yaml", Shop.NO_MESH.replace("- public #", "- mesh #"));

    Ran ran = check("--baseline", baseline);

    assertThat(ran.err())
        .contains("known.yaml: mesh-gateway-omitted on VirtualService shop/ratings is gone");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version: 2 | known.yaml:1:1: the baseline has version 2, and this release reads version 1",
        "findings: [] | is no baseline",
        "version: 1\\nfindings: {} | known.yaml:2:1: is no baseline: findings must be a list",
        "version: 1\\nfindings: [{rule: a}] | this entry has no fingerprint",
        "version: [ | known.yaml:1:",
      })
  void oneThatCannotBeReadIsRefused(String text, String message) {
    Shop.write(dir, "known.yaml", text.replace("\\n", "\n"));

    Ran ran = check("--baseline", baseline);

    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains(message, "nothing was checked");
  }

  @Test
  void oneThatIsMissingIsRefused() {
    Ran ran = check("--baseline", baseline);

    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.err()).contains("known.yaml: no such file or folder");
  }

  @Test
  void itIsWrittenOfEverythingOnly() {
    assertThat(check("--write-baseline", "--changed-since", "HEAD").err())
        .contains("--write-baseline needs everything");
  }

  @Test
  void onlyChangedObjectsAreReportedAndTheOthersAreContext() throws Exception {
    GitShop shop = GitShop.in(dir.toRealPath()).commit("before");
    assertThat(check("--changed-since", "HEAD").out()).contains("no objects checked");

    shop.write("k8s/new.yaml", Shop.NO_MESH.replace("name: ratings", "name: new"));
    Ran untracked = check("--changed-since", "HEAD");
    assertThat(untracked.out())
        .contains("k8s/new.yaml:9:3", "1 object checked")
        .doesNotContain("k8s/routes.yaml");
    shop.git("checkout", "-q", "-b", "work");
    shop.commit("on a branch");
    shop.write("k8s/routes.yaml", "# a comment\n" + Shop.NO_MESH).commit("comment");
    assertThat(check("--changed-since", "main").out()).contains("1 object checked");

    shop.git("mv", "k8s/service.yaml", "k8s/moved.yaml");
    assertThat(check("--changed-since", "main").out()).contains("1 object checked");
  }

  @Test
  void aMarkIsUnusedOnlyWhereEverythingWasLookedAt() throws Exception {
    Shop.write(dir, "k8s/routes.yaml", "# meshguard:ignore glob-in-match why\n" + Shop.NO_MESH);
    GitShop shop = GitShop.in(dir.toRealPath()).commit("before");
    assertThat(check().err()).contains("routes.yaml:1: unused");
    assertThat(check("--changed-since", "HEAD").err()).doesNotContain("unused");

    shop.write(
        "k8s/routes.yaml",
        "# meshguard:ignore glob-in-match why\n" + Shop.NO_MESH + "---\n" + Shop.SERVICE);

    assertThat(check("--changed-since", "HEAD").err()).doesNotContain("unused");
  }

  @Test
  void aRevisionThatIsNotThereIsNamed() throws Exception {
    GitShop.in(dir.toRealPath()).commit("before");

    Ran ran = check("--changed-since", "nowhere");

    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.err()).contains("nowhere");
  }
}
