package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files and documents of a folder are checked, and what is said of the others. */
class SelectionTest {

  private final Path dir;

  SelectionTest(@TempDir Path dir) {
    this.dir = dir;
  }

  @Test
  void chartTemplatesAreSkippedWhereverTheyAreNamed() {
    Shop.write(dir, "chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    Shop.write(dir, "chart/values.yaml", "replicas: 1\n");
    String template = Shop.write(dir, "chart/templates/sub/service.yaml", Shop.SERVICE);
    Shop.write(dir, "templates/service.yaml", Shop.SERVICE);

    Ran folder = Ran.of("check", dir.toString());
    assertThat(folder.out()).contains("1 object checked");
    assertThat(folder.err()).contains("1 template file, 2 documents without");
    assertThat(Ran.of("check", template).err()).contains("1 template file skipped");
  }

  @Test
  void kustomizationsAndTheirPatchesAreSkipped() {
    Shop.write(
        dir,
        "overlay/kustomization.yaml",
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [service.yaml]
        patches:
        - path: ../patches/a.yaml
        - patch: |-
            - op: remove
              path: /spec
          target: {kind: Service}
        patchesStrategicMerge:
        - b.yaml
        patchesJson6902:
        - target: {version: v1, kind: Service, name: ratings}
          path: c.json
        """);
    Shop.write(dir, "overlay/service.yaml", Shop.SERVICE);
    Shop.write(dir, "overlay/b.yaml", Shop.SERVICE);
    Shop.write(dir, "overlay/c.json", "[]");
    Shop.write(dir, "patches/a.yaml", Shop.SERVICE);

    Ran ran = Ran.of("check", dir.toString());

    assertThat(ran.out()).contains("1 object checked");
    assertThat(ran.err())
        .contains("1 kustomization file, 3 kustomize patches skipped (-v says more)");
  }

  @Test
  void ignoreFilesCountFromTheRepositoryRootDown() throws Exception {
    Files.createDirectory(dir.resolve(".git"));
    Shop.write(dir, ".gitignore", "# built\n/out/\n*.gen.yaml\n");
    Shop.write(dir, "app/.meshguardignore", "old/**\n!old/kept.yaml\n");
    Shop.write(dir, "out/a.yaml", Shop.SERVICE);
    Shop.write(dir, "app/b.gen.yaml", Shop.SERVICE);
    Shop.write(dir, "app/old/c.yaml", Shop.SERVICE);
    Shop.write(dir, "app/old/kept.yaml", Shop.SERVICE);
    Shop.write(dir, "app/out/d.yaml", Shop.SERVICE.replace("ratings", "d"));

    Ran all = Ran.of("check", dir.toString());
    assertThat(all.out()).contains("2 objects checked");
    assertThat(all.err()).contains("3 ignored files and folders skipped");
    Ran below = Ran.of("check", dir.resolve("app").toString());
    assertThat(below.err()).contains("2 ignored files and folders skipped");
  }

  @Test
  void symbolicLinksAreFollowedOnce() throws Exception {
    Shop.write(dir, "a/service.yaml", Shop.SERVICE);
    Files.createSymbolicLink(dir.resolve("a/up"), dir);
    Files.createSymbolicLink(dir.resolve("b"), dir.resolve("a"));
    Files.createSymbolicLink(dir.resolve("c.yaml"), dir.resolve("a/service.yaml"));

    Ran ran = Ran.of("check", dir.toString());

    assertThat(ran.out()).contains("1 object checked");
    assertThat(ran.exitCode()).isEqualTo(0);
  }

  @Test
  void aFileNamedTwiceIsReadOnce() {
    String file = Shop.write(dir, "service.yaml", Shop.SERVICE);
    assertThat(Ran.of("check", file, dir.toString()).out()).contains("1 object checked");
  }

  @Test
  void jsonIndentedByTabsIsRead() {
    String json =
        """
        {
        \t"apiVersion": "v1",
        \t"kind": "Service",
        \t"metadata": {"name": "a"},
        \t"spec": {"ports": [
        \t\t{"port": 80}
        \t]}
        }
        """;
    Shop.write(dir, "service.json", json);
    Ran ran = Ran.of("check", dir.toString());
    assertThat(ran.out()).contains("1 object checked");
    assertThat(ran.exitCode()).isEqualTo(0);
  }
}
