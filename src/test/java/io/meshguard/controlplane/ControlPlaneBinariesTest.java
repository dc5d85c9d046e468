package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneBinariesTest {
  private final Path directory;
  private final AtomicInteger made = new AtomicInteger();

  ControlPlaneBinariesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void whatTheUserNamesBeatsTheCache() throws Exception {
    Path named = FakeBinaries.fill(directory.resolve("named"));
    FakeBinaries.fill(cache().root().resolve("v1.35.4"));

    assertThat(chain(Map.of("KUBEBUILDER_ASSETS", named.toString()), maker()).find(line -> {}))
        .isEqualTo(Binaries.in(named));
  }

  @Test
  void cacheSparesTheMaking() throws Exception {
    ControlPlaneBinaries chain = chain(Map.of(), maker());

    Binaries first = chain.find(Progress.silent());
    Binaries second = chain.find(Progress.silent());

    assertThat(second).isEqualTo(first);
    assertThat(made).hasValue(1);
  }

  @Test
  void laterMakersAreAskedWhenEarlierOnesHaveNothing() throws Exception {
    BinarySource nothing = progress -> new BinarySource.Missing("no internet");

    assertThat(chain(Map.of(), nothing, maker()).find(Progress.silent()).etcd()).isExecutable();
  }

  @Test
  void manyAtOnceMakeItOnce() throws Exception {
    ControlPlaneBinaries chain = chain(Map.of(), maker());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Binaries> find = () -> chain.find(Progress.silent());
      List<Future<Binaries>> found = threads.invokeAll(List.of(find, find, find, find));

      for (Future<Binaries> each : found) {
        assertThat(each.get().kubectl()).isExecutable();
      }
      assertThat(made).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void failureNamesEveryWayAndWhatHelps() {
    ControlPlaneBinaries chain =
        chain(
            Map.of(),
            progress -> new BinarySource.Missing("no internet"),
            progress -> new BinarySource.Missing("no Go"));

    assertThatThrownBy(() -> chain.find(Progress.silent()))
        .isInstanceOf(ControlPlaneUnavailableException.class)
        .hasMessage(
            "A control plane needs etcd, kube-apiserver and kubectl, and none of the ways to them"
                + " works here:\n"
                + "  - KUBEBUILDER_ASSETS is not set\n"
                + "  - nothing was prepared earlier in "
                + cache().root()
                + "\n"
                + "  - no internet\n"
                + "  - no Go\n"
                + "Any one of these helps: set KUBEBUILDER_ASSETS to a directory that holds the"
                + " three (setup-envtest makes one); allow access to the internet; install Go 1.26"
                + " or later.");
  }

  @Test
  void cacheThatCannotBeWrittenIsNamed() throws Exception {
    Files.writeString(cache().root(), "a file where a directory should be");

    assertThatThrownBy(() -> chain(Map.of(), maker()).find(Progress.silent()))
        .isInstanceOf(ControlPlaneUnavailableException.class)
        .hasMessageContaining("the cache " + cache().root() + " cannot be used");
  }

  private ControlPlaneBinaries chain(Map<String, String> environment, BinarySource... makers) {
    return new ControlPlaneBinaries(new EnvironmentBinaries(environment), cache(), List.of(makers));
  }

  private BinarySource maker() {
    return progress -> {
      made.incrementAndGet();
      Thread.sleep(300);
      return new BinarySource.Found(
          Binaries.in(cache().install(Versions.KUBERNETES, FakeBinaries::fill)));
    };
  }

  private BinaryCache cache() {
    return new BinaryCache(directory.resolve("cache"));
  }
}
