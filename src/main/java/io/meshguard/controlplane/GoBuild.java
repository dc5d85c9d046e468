package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Builds the binaries from source, from modules whose every checksum is pinned here. */
record GoBuild(GoToolchain go, BinaryCache cache) implements BinarySource {
  private static final Duration LIMIT = Duration.ofMinutes(60);
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  /** The API server prints this, and kubectl compares it with its own. */
  private static final String LINKER_FLAGS =
      "-s -w -X k8s.io/component-base/version.gitVersion="
          + Versions.KUBERNETES
          + " -X k8s.io/client-go/pkg/version.gitVersion="
          + Versions.KUBERNETES;

  private record Target(String binary, String module, String mainPackage, String duration) {}

  // The slowest last: whoever has no network learns it early.
  private static final List<Target> TARGETS =
      List.of(
          new Target(Binaries.ETCD, "etcd", "go.etcd.io/etcd/server/v3", "2 minutes"),
          new Target(Binaries.KUBECTL, "kubernetes", "k8s.io/kubernetes/cmd/kubectl", "3 minutes"),
          new Target(
              Binaries.KUBE_APISERVER,
              "kubernetes",
              "k8s.io/kubernetes/cmd/kube-apiserver",
              "5 minutes"));

  @Override
  public Lookup look(Progress progress) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("meshguard-go-build-");
    try {
      for (String module : List.of("etcd", "kubernetes")) {
        GoToolchain.unpackModule(module, Files.createDirectory(work.resolve(module)));
      }
      Optional<String> hindrance = go.hindrance(work.resolve("kubernetes"));
      if (hindrance.isPresent()) {
        return new Missing(hindrance.get());
      }
      progress.say(
          "building a control plane from source; the first time this takes about 10 minutes on two"
              + " cores, later runs take it from "
              + cache.root());
      return new Found(
          Binaries.in(
              cache.install(
                  Versions.KUBERNETES, directory -> buildAll(work, directory, progress))));
    } catch (BuildFailedException e) {
      return new Missing(e.getMessage());
    } finally {
      Trees.delete(work);
    }
  }

  private void buildAll(Path work, Path directory, Progress progress)
      throws IOException, InterruptedException {
    try (Watchdog watchdog = Watchdog.start(Optional.of(work))) {
      for (Target target : TARGETS) {
        progress.say(
            "building %s from source, about %s the first time"
                .formatted(target.binary(), target.duration()));
        build(target, work, directory, watchdog, progress);
      }
    }
  }

  private void build(Target target, Path work, Path directory, Watchdog watchdog, Progress progress)
      throws IOException, InterruptedException {
    Path log = work.resolve(target.binary() + ".log");
    ProcessBuilder builder =
        go.builder(
            work.resolve(target.module()),
            "build",
            "-ldflags=" + LINKER_FLAGS,
            "-o",
            directory.resolve(target.binary()).toString(),
            target.mainPackage());
    Process process =
        watchdog.start(builder.redirectErrorStream(true).redirectOutput(log.toFile()));
    try {
      await(process, target, progress);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new BuildFailedException(
          "go build of %s failed:\n%s"
              .formatted(
                  target.mainPackage(), GoToolchain.lastLines(Files.readString(log)).indent(6)));
    }
  }

  private static void await(Process process, Target target, Progress progress)
      throws BuildFailedException, InterruptedException {
    long start = System.nanoTime();
    while (!process.waitFor(HEARTBEAT.toSeconds(), TimeUnit.SECONDS)) {
      Duration spent = Duration.ofNanos(System.nanoTime() - start);
      if (spent.compareTo(LIMIT) > 0) {
        throw new BuildFailedException(
            "go build of %s was not done in %d minutes"
                .formatted(target.mainPackage(), LIMIT.toMinutes()));
      }
      progress.say(
          "still building %s (%d:%02d)"
              .formatted(target.binary(), spent.toMinutes(), spent.toSecondsPart()));
    }
  }

  /** Why this source has nothing; never leaves this class. */
  private static final class BuildFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    BuildFailedException(String reason) {
      super(reason);
      this.reason = reason;
    }

    @Override
    public String getMessage() {
      return reason;
    }
  }
}
