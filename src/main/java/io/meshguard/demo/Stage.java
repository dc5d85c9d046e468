package io.meshguard.demo;

import io.meshguard.controlplane.Binaries;
import io.meshguard.controlplane.Component;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.ControlPlaneUnavailableException;
import io.meshguard.controlplane.IstioCrds;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tour is played on: a control plane with a sample mesh, and Meshguard as its webhook. */
final class Stage implements AutoCloseable {

  private static final Duration WEBHOOK_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final List<String> FILES =
      List.of("mesh.yaml", "policy.yaml", "storefront.yaml", "catalog-limit.yaml", "payment.yaml");

  private final ControlPlane controlPlane;
  private final Server server;
  private final Shell shell;

  private Stage(ControlPlane controlPlane, Server server, Shell shell) {
    this.controlPlane = controlPlane;
    this.server = server;
    this.shell = shell;
  }

  /**
   * Builds the stage and returns when the API server calls Meshguard.
   *
   * @param program Meshguard, whose server is started
   * @throws ControlPlaneUnavailableException where no control plane can be had here
   */
  static Stage open(JavaProcess program, Screen screen)
      throws ControlPlaneUnavailableException, IOException, InterruptedException {
    Binaries binaries = ControlPlaneBinaries.locate(screen::progress);
    ControlPlane controlPlane =
        ControlPlane.start(binaries, ControlPlaneOptions.defaults(), screen::progress);
    boolean opened = false;
    try {
      Path files = Files.createDirectory(controlPlane.directory().resolve("demo"));
      Shell shell = new Shell(files, binaries.kubectl(), controlPlane.kubeconfig());
      applyMesh(controlPlane, shell, screen);
      screen.progress(screen.text("prepare.server"));
      Server server = Server.start(controlPlane, program, controlPlane.directory(), screen);
      awaitWebhooks(shell, server, screen);
      opened = true;
      return new Stage(controlPlane, server, shell);
    } finally {
      if (!opened) {
        controlPlane.close();
      }
    }
  }

  private static void applyMesh(ControlPlane controlPlane, Shell shell, Screen screen)
      throws IOException, InterruptedException {
    IstioCrds crds = IstioCrds.load(screen::progress);
    screen.progress(screen.text("prepare.crds", crds.origin()));
    controlPlane.applyCrds(crds.yaml());
    screen.progress(screen.text("prepare.mesh"));
    controlPlane.createNamespace("istio-system", Map.of());
    controlPlane.createNamespace("meshguard", Map.of());
    controlPlane.createNamespace("shop", Map.of("istio.io/rev", "1-29-0"));
    for (String file : FILES) {
      copy(file, shell.directory());
    }
    Shell.Result applied = shell.run("kubectl apply -f mesh.yaml -f policy.yaml");
    if (applied.exitCode() != 0) {
      throw new DemoFailedException(screen.text("failed.setup", applied.output()));
    }
  }

  private static void copy(String file, Path directory) throws IOException {
    try (InputStream in = Stage.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new FileNotFoundException("resource " + file);
      }
      Files.copy(in, directory.resolve(file));
    }
  }

  /** An API server takes notice of new webhooks a moment after they are written. */
  private static void awaitWebhooks(Shell shell, Server server, Screen screen)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + WEBHOOK_LIMIT.toNanos();
    Shell.Result result = shell.run("kubectl apply --dry-run=server -f storefront.yaml");
    while (!result.output().contains("[unreachable-route]")) {
      if (System.nanoTime() > deadline) {
        throw new DemoFailedException(
            screen.text("failed.webhooks", WEBHOOK_LIMIT.toSeconds(), result.output().strip())
                + "\n"
                + server.lastLines());
      }
      Thread.sleep(POLL.toMillis());
      result = shell.run("kubectl apply --dry-run=server -f storefront.yaml");
    }
  }

  Server server() {
    return server;
  }

  Shell shell() {
    return shell;
  }

  /** Returns which process has ended, with its last words; empty where all run. */
  Optional<String> dead(Screen screen) throws IOException {
    for (Component component : List.of(controlPlane.etcd(), controlPlane.apiServer())) {
      if (!component.isAlive()) {
        return Optional.of(
            screen.text("failed.component", component.name())
                + "\n"
                + component.lastLines(Server.LAST_LINES));
      }
    }
    return server.isAlive() ? Optional.empty() : Optional.of(server.death(screen));
  }

  /** Ends all processes and removes all files. */
  @Override
  public void close() throws IOException, InterruptedException {
    controlPlane.close();
  }
}
