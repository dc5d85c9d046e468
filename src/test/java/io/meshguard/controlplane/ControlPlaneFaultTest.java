package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@RequiresControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NullUnmarked
class ControlPlaneFaultTest {
  private Binaries binaries;
  private ControlPlane own;

  @BeforeAll
  void startOneThatMayBeBroken() throws Exception {
    binaries = ControlPlaneBinaries.locate(Progress.silent());
    own = ControlPlane.start(binaries, ControlPlaneOptions.defaults(), Progress.silent());
  }

  @AfterAll
  void close() throws Exception {
    own.close();
  }

  @Test
  void killedApiServerComesBackOnTheSamePortWithItsData() throws Exception {
    create("before-api-server");

    own.apiServer().kill();
    Kubectl.Result down = own.kubectl().run("get", "namespaces");
    own.apiServer().restart();
    own.awaitReady();

    assertThat(down.exitCode()).isEqualTo(1);
    assertThat(get("before-api-server").stdout()).contains("before-api-server");
  }

  @Test
  void killedEtcdComesBackWithItsData() throws Exception {
    create("before-etcd");
    long apiServer = own.apiServer().pid();

    own.etcd().kill();
    assertThat(own.etcd().isAlive()).isFalse();
    assertThat(get("before-etcd").exitCode()).isEqualTo(1);
    own.etcd().restart();
    own.awaitReady();

    assertThat(get("before-etcd").exitCode()).isZero();
    assertThat(own.apiServer().pid()).isEqualTo(apiServer);
  }

  @Test
  void pausedEtcdMakesRequestsWaitAndResumesThem() throws Exception {
    own.etcd().pause();
    Kubectl.Result paused =
        own.kubectl().run("create", "configmap", "late", "--request-timeout=2s");
    own.etcd().resume();
    own.awaitReady();
    Kubectl.Result resumed = own.kubectl().run("create", "configmap", "later");

    assertThat(paused.exitCode()).isEqualTo(1);
    assertThat(resumed.stdout()).isEqualTo("configmap/later created\n");
  }

  @Test
  void pausedApiServerDoesNotAnswer() throws Exception {
    own.apiServer().pause();
    Kubectl.Result paused = own.kubectl().run("get", "namespaces", "--request-timeout=1s");
    own.apiServer().resume();

    assertThat(paused.exitCode()).isEqualTo(1);
    assertThat(paused.stderr())
        .containsAnyOf("Client.Timeout exceeded", "context deadline exceeded");
    assertThat(own.kubectl().run("get", "namespaces").exitCode()).isZero();
  }

  @Test
  void keptDirectorySurvivesCloseAndIsUsedAgain(@TempDir Path directory) throws Exception {
    ControlPlaneOptions options =
        ControlPlaneOptions.defaults().withDataDirectory(directory.resolve("kept")).withFsync();
    try (ControlPlane first = ControlPlane.start(binaries, options, Progress.silent())) {
      first.kubectl().run("create", "configmap", "remembered");
    }

    try (ControlPlane second = ControlPlane.start(binaries, options, Progress.silent())) {
      assertThat(second.kubectl().run("get", "configmap", "remembered").exitCode()).isZero();
    }
  }

  @Test
  void closingEndsProcessesAndRemovesTheDirectory() throws Exception {
    ControlPlane closing =
        ControlPlane.start(binaries, ControlPlaneOptions.defaults(), Progress.silent());
    long etcd = closing.etcd().pid();
    long apiServer = closing.apiServer().pid();

    closing.close();
    closing.close();

    assertThat(ProcessFiles.runs(etcd)).isFalse();
    assertThat(ProcessFiles.runs(apiServer)).isFalse();
    assertThat(closing.directory()).doesNotExist();
  }

  @Test
  void processThatGivesUpIsNamedWithItsLastWords() {
    ControlPlaneOptions options =
        ControlPlaneOptions.defaults().withApiServerFlags(Map.of("no-such-flag", "1"));

    assertThatThrownBy(() -> ControlPlane.start(binaries, options, Progress.silent()))
        .isInstanceOf(ControlPlaneFailedException.class)
        .hasMessageStartingWith("kube-apiserver ended by itself.")
        .hasMessageContaining("unknown flag: --no-such-flag");
  }

  @Test
  void lackOfReadinessIsToldInTime() {
    ControlPlaneOptions options =
        new ControlPlaneOptions(
            Optional.empty(),
            false,
            Map.of(),
            Map.of("etcd-servers", "https://127.0.0.1:1"),
            Duration.ofSeconds(2));

    assertThatThrownBy(() -> ControlPlane.start(binaries, options, Progress.silent()))
        .hasMessageContaining("was not ready after 2 s")
        .hasMessageContaining("Last lines of kube-apiserver:");
  }

  private void create(String name) throws Exception {
    assertThat(own.kubectl().run("create", "namespace", name).exitCode()).isZero();
  }

  private Kubectl.Result get(String name) throws Exception {
    return own.kubectl().run("get", "namespace", name, "--request-timeout=5s");
  }
}
