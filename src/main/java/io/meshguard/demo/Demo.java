package io.meshguard.demo;

import io.meshguard.controlplane.ControlPlaneFailedException;
import io.meshguard.controlplane.ControlPlaneUnavailableException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Meshguard at work on a throwaway control plane, for a person to see and to go on with. */
public final class Demo {

  /** All acts showed what they should. */
  public static final int SHOWN = 0;

  /** An act did not show what it should. */
  public static final int NOT_SHOWN = 1;

  /** There was no demo: no control plane can be had, or something did not start. */
  public static final int UNUSABLE = 2;

  private static final Duration POLL = Duration.ofSeconds(1);

  private static final List<String> TRY =
      List.of(
          "kubectl get virtualservices,destinationrules --all-namespaces",
          "kubectl label namespace default istio-injection=enabled",
          "kubectl -n meshguard edit configmap meshguard-policy",
          "kubectl -n shop delete -f storefront.yaml");

  private final Screen screen;
  private final Program program;
  private final String path;
  private volatile boolean stopping;

  /**
   * Makes a demo.
   *
   * @param program Meshguard, whose server is started
   * @param path the user's search path for programs
   */
  public Demo(Screen screen, Program program, String path) {
    this.screen = screen;
    this.program = program;
    this.path = path;
  }

  /** Plays the tour, removes everything, and returns an exit code. */
  public int tour() throws InterruptedException {
    return perform(stage -> {});
  }

  /** Plays the tour and stays for the user until the process is ended, or a part of it dies. */
  public int stay() throws InterruptedException {
    return perform(this::remain);
  }

  /** What happens after the tour. */
  private interface Afterwards {
    void on(Stage stage) throws IOException, InterruptedException;
  }

  private int perform(Afterwards afterwards) throws InterruptedException {
    long start = System.nanoTime();
    try (Stage stage = Stage.open(program, screen)) {
      long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      screen.progress(screen.text("prepare.done", seconds));
      screen.heading(screen.text("title"));
      new Tour(screen, stage.shell(), stage.server()).play();
      screen.heading(screen.text("tour.done"));
      afterwards.on(stage);
      return SHOWN;
    } catch (ActFailedException e) {
      screen.trouble(String.valueOf(e.getMessage()));
      return NOT_SHOWN;
    } catch (ControlPlaneUnavailableException | ControlPlaneFailedException e) {
      screen.trouble(String.valueOf(e.getMessage()));
      return UNUSABLE;
    } catch (DemoFailedException e) {
      screen.trouble(screen.text("failed.demo", String.valueOf(e.getMessage())));
      return UNUSABLE;
    } catch (IOException e) {
      // The class says what the message, often only a file's name, leaves out.
      screen.trouble(screen.text("failed.demo", e));
      return UNUSABLE;
    }
  }

  private void remain(Stage stage) throws IOException, InterruptedException {
    Thread stop = new Thread(() -> stop(stage), "demo-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    invite(stage);
    Optional<String> dead = Optional.empty();
    while (dead.isEmpty()) {
      Thread.sleep(POLL.toMillis());
      dead = stage.dead(screen);
    }
    // Ctrl-C reaches every process of the terminal, so the others may end before this one knows.
    Thread.sleep(POLL.toMillis());
    if (stopping) {
      new CountDownLatch(1).await();
    }
    Runtime.getRuntime().removeShutdownHook(stop);
    throw new DemoFailedException(dead.get());
  }

  private void invite(Stage stage) {
    Path files = stage.shell().directory();
    screen.heading(screen.text("go-on.title"));
    screen.paragraph(screen.text("go-on.intro"));
    screen.show("");
    screen.show("  export KUBECONFIG=" + stage.shell().kubeconfig());
    if (!onPath("kubectl")) {
      screen.show("  export PATH=\"$PATH:" + stage.shell().kubectl().getParent() + "\"");
    }
    screen.show("  cd " + files);
    screen.show("");
    screen.paragraph(screen.text("go-on.try"));
    screen.show("");
    TRY.forEach(line -> screen.show("  " + line));
    screen.show("");
    screen.paragraph(screen.text("go-on.log", stage.server().log()));
  }

  private boolean onPath(String program) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private void stop(Stage stage) {
    stopping = true;
    screen.progress(screen.text("stopping"));
    try {
      stage.close();
      screen.progress(screen.text("stopped"));
    } catch (IOException | InterruptedException e) {
      screen.trouble(String.valueOf(e));
    }
  }
}
