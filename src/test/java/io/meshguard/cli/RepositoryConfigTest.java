package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository decides for everybody who checks it. */
final class RepositoryConfigTest {

  @TempDir private Path dir = Path.of("");
  private GitShop shop;

  @BeforeEach
  void repository() throws Exception {
    shop = GitShop.in(dir.toRealPath());
    shop.write("k8s/routes.yaml", Shop.NO_MESH).write("k8s/service.yaml", Shop.SERVICE);
  }

  private Ran check(String... more) {
    String[] args = new String[more.length + 2];
    args[0] = "check";
    args[1] = shop.folder().resolve("k8s").toString();
    System.arraycopy(more, 0, args, 2, more.length);
    return Ran.of(args);
  }

  @Test
  void theFileAboveThePathsCounts() throws Exception {
    shop.write(".meshguard.yaml", "failOn: warn\nlanguage: zh\nistioVersion: \"1.29\"\n");

    Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(ran.out()).contains("已检查 2 个对象");
    assertThat(ran.err()).isEmpty();
    assertThat(check("--no-config").exitCode()).isEqualTo(ExitCode.CLEAN);
    assertThat(check("--language", "en").out()).contains("2 objects checked");
    assertThat(check("--fail-on", "deny").exitCode()).isEqualTo(ExitCode.CLEAN);
  }

  @Test
  void theFileOfAnotherRepositoryAboveDoesNot() throws Exception {
    shop.write(".meshguard.yaml", "failOn: nonsense\n");
    GitShop inner = GitShop.in(shop.write("inner/x", "").folder().resolve("inner"));
    inner.write("k8s/routes.yaml", Shop.NO_MESH);

    Ran ran = Ran.of("check", inner.folder().resolve("k8s").toString());

    assertThat(ran.exitCode()).isEqualTo(ExitCode.CLEAN);
  }

  @Test
  void whatIsWrongIsNamedAndNothingChecked() throws Exception {
    shop.write(".meshguard.yaml", "failOn: warn\nlanguage: zh\nexclud: [a]\n");

    Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains(".meshguard.yaml:3:1: exclud: 不是此处允许的键", "没有检查任何内容");
    Ran missing = check("--config", dir.resolve("none.yaml").toString());
    assertThat(missing.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(missing.err()).contains("none.yaml: no such file or folder");
    assertThat(check("--config", "x", "--no-config").err()).contains("exclude each other");
  }

  @Test
  void whatIsExcludedIsNotReadEvenWhereItIsNamed() throws Exception {
    shop.write(".meshguard.yaml", "exclude: [\"k8s/routes.yaml\", \"old/\"]\n");
    shop.write("k8s/old/broken.yaml", "a: [");

    assertThat(check().out()).contains("1 object checked, no findings");
    String named = shop.folder().resolve("k8s/routes.yaml").toString();
    Ran ran = Ran.of("check", named);
    assertThat(ran.out()).contains("no objects checked");
    assertThat(ran.err()).contains("1 ignored file or folder skipped");
  }

  @Test
  void namesInTheFileCountFromItsFolder() throws Exception {
    shop.write("ci/policy.yaml", Shop.policy("mesh-gateway-omitted", "deny"));
    shop.write(".meshguard.yaml", "policy: ci/policy.yaml\n");

    assertThat(check().out()).contains("deny [mesh-gateway-omitted]");
  }

  @Test
  void withoutPathsOrAFileThereIsNothingToCheck() {
    Ran ran = Ran.of("check", "--no-config");

    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.err()).contains("say what to check");
  }

  @Test
  void pathsOfTheFileAreCheckedWhereNoneAreNamed() throws Exception {
    shop.write("other/broken.yaml", "a: [");
    shop.write(".meshguard.yaml", "paths: [k8s]\n");
    String file = shop.folder().resolve(".meshguard.yaml").toString();

    Ran ran = Ran.of("check", "--config", file);

    assertThat(ran.exitCode()).isEqualTo(ExitCode.CLEAN);
    assertThat(ran.out()).contains("2 objects checked, 1 finding");
  }

  @Test
  void meshesOfTheFileAreJudgedApartAndWithWhatTheyShare() throws Exception {
    shop.remove("k8s/routes.yaml").remove("k8s/service.yaml");
    shop.write("k8s/base/routes.yaml", Shop.NO_MESH);
    shop.write("k8s/dev/service.yaml", Shop.SERVICE);
    shop.write("k8s/prod/other.yaml", Shop.SERVICE.replace("ratings", "other"));
    shop.write("k8s/apart/routes.yaml", Shop.NO_MESH);
    shop.write(
        ".meshguard.yaml",
        """
        worlds:
        - {name: dev, paths: [k8s/base, "k8s/d*"]}
        - {name: prod, paths: [k8s/base, k8s/prod]}
        """);

    Ran ran = check();

    assertThat(ran.out())
        .containsOnlyOnce("mesh-gateway-omitted")
        .contains("k8s/base/routes.yaml:9:3", "4 objects checked, 1 finding");
    Ran one = Ran.of("check", shop.folder().resolve("k8s/base/routes.yaml").toString());
    assertThat(one.out()).contains("1 object checked, 1 finding");
    Ran prod = Ran.of("check", shop.folder().resolve("k8s/prod").toString());
    assertThat(prod.out()).contains("1 object checked, no findings");
  }

  @Test
  void aFileThatIsNamedIsJudgedAmongThePathsOfTheFile() throws Exception {
    String routes = shop.folder().resolve("k8s/routes.yaml").toString();
    assertThat(Ran.of("check", routes).out()).contains("1 object checked, no findings");
    shop.write(".meshguard.yaml", "paths: [k8s]\n");

    assertThat(Ran.of("check", routes).out()).contains("1 object checked, 1 finding");
  }

  @Test
  void aMeshHasItsOwnVersion() throws Exception {
    shop.write(
        ".meshguard.yaml",
        """
        worlds:
        - {name: a, paths: [k8s], istioVersion: "1.24.3"}
        """);

    assertThat(check().err()).doesNotContain("assuming Istio");
  }

  @Test
  void aMeshWithoutFilesIsAMistake() throws Exception {
    shop.write(".meshguard.yaml", "worlds: [{name: a, paths: [\"k9s/*\"]}]\n");

    Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.err()).contains("the mesh \"a\" of the configuration has no files");
  }

  @Test
  void fixesReachFilesThatSeveralMeshesShare() throws Exception {
    shop.write(
        ".meshguard.yaml",
        """
        worlds:
        - {name: a, paths: [k8s]}
        - {name: b, paths: [k8s]}
        """);

    Ran ran = check("--fix", "--unsafe-fixes");

    assertThat(ran.out()).containsOnlyOnce("fixed [mesh-gateway-omitted]").contains("no findings");
  }
}
