package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Builds the binaries from source, from modules whose every checksum is pinned here. */
record GoBuild(GoToolchain go, BinaryCache cache) implements BinarySource {
  /** The API server prints this, and kubectl compares it with its own. */
  private static final String VERSION =
      "-ldflags=-s -w -X k8s.io/component-base/version.gitVersion="
          + Versions.KUBERNETES
          + " -X k8s.io/client-go/pkg/version.gitVersion="
          + Versions.KUBERNETES;

  private static final List<String> FLAGS = List.of(VERSION);

  // The slowest last: whoever has no network learns it early.
  private static final List<GoCompiler.Target> TARGETS =
      List.of(
          new GoCompiler.Target(
              Binaries.ETCD, "etcd", "go.etcd.io/etcd/server/v3", FLAGS, "2 minutes"),
          new GoCompiler.Target(
              Binaries.KUBECTL, "kubernetes", "k8s.io/kubernetes/cmd/kubectl", FLAGS, "3 minutes"),
          new GoCompiler.Target(
              Binaries.KUBE_APISERVER,
              "kubernetes",
              "k8s.io/kubernetes/cmd/kube-apiserver",
              FLAGS,
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
    } catch (GoCompiler.FailedException e) {
      return new Missing(e.getMessage());
    } finally {
      Trees.delete(work);
    }
  }

  private void buildAll(Path work, Path directory, Progress progress)
      throws IOException, InterruptedException {
    try (Watchdog watchdog = Watchdog.start(Optional.of(work))) {
      GoCompiler compiler = new GoCompiler(go, watchdog, progress);
      for (GoCompiler.Target target : TARGETS) {
        compiler.build(target, work, directory);
      }
    }
  }
}
