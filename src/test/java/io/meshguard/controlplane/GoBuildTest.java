package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoBuildTest {
  /** Stands for go: writes down what it was asked, and makes an executable at -o. */
  private static final String GO =
      """
      if [ "$1" = env ]; then echo go%s; exit 0; fi
      echo "$*" >> %s/asked
      echo "$GOFLAGS|$GOOS|$GOARCH|$GOWORK|$GOPROXY|$(cat go.mod | head -1)" >> %s/seen
      %s
      printf '#!/bin/sh\\n' > "$4"
      chmod +x "$4"
      """;

  private final Path directory;

  GoBuildTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void buildsAllThreeFromThePinnedModulesWhateverTheUserHasSet() throws Exception {
    List<String> said = new ArrayList<>();

    BinarySource.Lookup lookup = build("1.26.3", "", said::add);

    Path entry = cache().root().resolve("v1.35.4");
    assertThat(lookup).isEqualTo(new BinarySource.Found(Binaries.in(entry)));
    assertThat(Binaries.missingIn(entry)).isEmpty();
    Platform here = Platform.current();
    String settings =
        "-mod=readonly -buildvcs=false|" + here.os() + "|" + here.arch() + "|off|mine|module ";
    assertThat(Files.readAllLines(directory.resolve("seen")))
        .containsExactly(
            settings + "meshguard.io/controlplane/etcd",
            settings + "meshguard.io/controlplane/kubernetes",
            settings + "meshguard.io/controlplane/kubernetes");
    assertThat(Files.readString(directory.resolve("asked")))
        .contains("version.gitVersion=v1.35.4")
        .contains("go.etcd.io/etcd/server/v3", "kubernetes/cmd/kubectl", "cmd/kube-apiserver");
    assertThat(said.get(0)).contains("the first time this takes about 10 minutes");
    assertThat(said).hasSize(4);
  }

  @Test
  void failedBuildSaysWhyAndLeavesNothing() throws Exception {
    BinarySource.Lookup lookup =
        build("1.26", "echo 'dial tcp: no route to host' >&2; exit 1", Progress.silent());

    assertThat(reason(lookup))
        .startsWith("go build of go.etcd.io/etcd/server/v3 failed:")
        .contains("dial tcp: no route to host");
    assertThat(cache().newest("v1.35")).isEmpty();
  }

  @Test
  void oldGoIsNamed() throws Exception {
    for (String version : List.of("1.25.9", "1.9", "nonsense")) {
      assertThat(reason(build(version, "", Progress.silent())))
          .endsWith("go is go" + version + ", 1.26 or later is needed");
    }
    assertThat(directory.resolve("asked")).doesNotExist();
  }

  @Test
  void newerGoIsWelcome() throws Exception {
    assertThat(build("1.27rc1", "", Progress.silent())).isInstanceOf(BinarySource.Found.class);
  }

  @Test
  void absentGoIsNamed() throws Exception {
    GoToolchain none = new GoToolchain(Map.of("PATH", directory.toString()), List.of());

    BinarySource.Lookup lookup = new GoBuild(none, cache()).look(Progress.silent());

    assertThat(reason(lookup)).isEqualTo("there is no Go on the PATH (1.26 or later is needed)");
  }

  private BinarySource.Lookup build(String version, String trouble, Progress progress)
      throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    FakeBinaries.script(bin.resolve("go"), GO.formatted(version, directory, directory, trouble));
    Map<String, String> environment =
        Map.of(
            "PATH", bin + ":/usr/bin:/bin",
            "GOFLAGS", "-mod=vendor -buildvcs=true",
            "GOOS", "windows",
            "GOARCH", "wasm",
            "GOWORK", "/nowhere/go.work",
            "GOPROXY", "mine");
    return new GoBuild(new GoToolchain(environment, List.of()), cache()).look(progress);
  }

  private BinaryCache cache() {
    return new BinaryCache(directory.resolve("cache"));
  }

  private static String reason(BinarySource.Lookup lookup) {
    assertThat(lookup).isInstanceOf(BinarySource.Missing.class);
    return lookup instanceof BinarySource.Missing missing ? missing.reason() : "";
  }
}
