package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagsTest {
  private static final Ports PORTS = new Ports(1, 2, 3);

  private final Path directory;

  FlagsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void flagsOfOnesOwnWin() throws Exception {
    ControlPlaneOptions options =
        ControlPlaneOptions.defaults()
            .withApiServerFlags(Map.of("anonymous-auth", "true", "v", "4"))
            .withEtcdFlags(Map.of("log-level", "debug"));
    Pki pki = Pki.create(directory.resolve("pki"));

    List<String> apiServer = Flags.apiServer(Path.of("/kube-apiserver"), pki, PORTS, options);
    List<String> etcd = Flags.etcd(Path.of("/etcd"), directory, pki, PORTS, options);

    assertThat(apiServer)
        .startsWith("/kube-apiserver")
        .contains("--anonymous-auth=true", "--v=4", "--authorization-mode=RBAC")
        .doesNotContain("--anonymous-auth=false")
        .doesNotHaveDuplicates();
    assertThat(etcd)
        .startsWith("/etcd")
        .contains("--log-level=debug", "--unsafe-no-fsync=true", "--client-cert-auth=true")
        .doesNotContain("--log-level=warn");
  }

  @Test
  void etcdWaitsForTheDiskWhereAsked() throws Exception {
    Pki pki = Pki.create(directory.resolve("pki"));

    assertThat(
            Flags.etcd(
                Path.of("/etcd"),
                directory,
                pki,
                PORTS,
                ControlPlaneOptions.defaults().withFsync()))
        .noneMatch(flag -> flag.contains("fsync"));
  }
}
