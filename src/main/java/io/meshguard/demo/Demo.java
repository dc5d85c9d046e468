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
import java.util.concurrent.TimeUnit;
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
  private static final Duration HEARD = Duration.ofMillis(300);
  private static final Duration CLEARED = Duration.ofSeconds(10);

  private static final List<String> TRY =
      List.of(
          "kubectl get virtualservices,destinationrules --all-namespaces",
          "kubectl label namespace default istio-injection=enabled",
          "kubectl -n meshguard edit configmap meshguard-policy",
          "kubectl -n shop delete -f storefront.yaml");

  private final Screen screen;
  private final JavaProcess program;
  private final String path;
  private volatile boolean stopping;

  /**
   * Makes a demo.
   *
   * @param program Meshguard, whose server is started
   * @param path the user's search path for programs
   */
  public Demo(Screen screen, JavaProcess program, String path) {
    this.screen = screen;
    this.program = program;
    this.path = path;
  }

  /** Plays the tour, removes everything, and returns an exit code. */
  public int tour() throws InterruptedException {
    return perform(played -> play(stage -> {}, played));
  }

  /** Plays the tour and stays for the user until the process is ended, or a part of it dies. */
  public int stay() throws InterruptedException {
    return perform(played -> play(this::remain, played));
  }

  /** Plays the tour with real traffic, removes everything, and returns an exit code. */
  public int traffic() throws InterruptedException {
    return perform(this::playTraffic);
  }

  /** What happens after the tour. */
  private interface Afterwards {
    void on(Stage stage) throws IOException, InterruptedException;
  }

  /** A play that says when its stage is cleared. */
  private interface Play {
    Ending until(CountDownLatch played) throws InterruptedException;
  }

  private int perform(Play play) throws InterruptedException {
    CountDownLatch played = new CountDownLatch(1);
    Thread player = Thread.currentThread();
    Thread stop = new Thread(() -> stop(player, played), "demo-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      Ending ending = play.until(played);
      if (ending.exitCode() != SHOWN) {
        // Ctrl-C reaches every process of the terminal, so another one may end, and look like
        // trouble, before this one knows.
        Thread.sleep(HEARD.toMillis());
        awaitEndIfStopping();
        screen.trouble(ending.text());
      }
      return ending.exitCode();
    } catch (InterruptedException e) {
      awaitEndIfStopping();
      throw e;
    }
  }

  /** How the demo ended. */
  private record Ending(int exitCode, String text) {}

  private Ending play(Afterwards afterwards, CountDownLatch played) throws InterruptedException {
    long start = System.nanoTime();
    return ending(
        () -> {
          try (Stage stage = Stage.open(program, screen)) {
            begin("title", start);
            new Tour(screen, stage.shell(), stage.server()).play();
            screen.heading(screen.text("tour.done"));
            afterwards.on(stage);
          }
        },
        played);
  }

  private Ending playTraffic(CountDownLatch played) throws InterruptedException {
    long start = System.nanoTime();
    return ending(
        () -> {
          try (TrafficStage stage = TrafficStage.open(program, screen)) {
            begin("traffic.title", start);
            new TrafficTour(screen, stage.shell(), stage.plane()).play();
            screen.heading(screen.text("traffic.done"));
          }
        },
        played);
  }

  private void begin(String title, long start) {
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    screen.progress(screen.text("prepare.done", seconds));
    screen.heading(screen.text(title));
  }

  /** Acts that may fail in every way in which a demo can. */
  private interface Acts {
    void play()
        throws ActFailedException,
            ControlPlaneUnavailableException,
            IOException,
            InterruptedException;
  }

  private Ending ending(Acts acts, CountDownLatch played) throws InterruptedException {
    try {
      acts.play();
      return new Ending(SHOWN, "");
    } catch (ActFailedException e) {
      return new Ending(NOT_SHOWN, String.valueOf(e.getMessage()));
    } catch (ControlPlaneUnavailableException | ControlPlaneFailedException e) {
      return new Ending(UNUSABLE, String.valueOf(e.getMessage()));
    } catch (DemoFailedException e) {
      return new Ending(UNUSABLE, screen.text("failed.demo", String.valueOf(e.getMessage())));
    } catch (IOException e) {
      // The class says what the message, often only a file's name, leaves out.
      return new Ending(UNUSABLE, screen.text("failed.demo", e));
    } finally {
      played.countDown();
    }
  }

  /** Never returns where this process is being ended: the end is told elsewhere. */
  private void awaitEndIfStopping() throws InterruptedException {
    if (stopping) {
      new CountDownLatch(1).await();
    }
  }

  private void remain(Stage stage) throws IOException, InterruptedException {
    invite(stage);
    Optional<String> dead = Optional.empty();
    while (dead.isEmpty()) {
      Thread.sleep(POLL.toMillis());
      dead = stage.dead(screen);
    }
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
    // not broken into lines, so that the path can be copied
    screen.show(screen.text("go-on.log", stage.server().log()));
  }

  private boolean onPath(String program) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** Ends the play, wherever it is, and waits until it has cleared the stage. */
  private void stop(Thread player, CountDownLatch played) {
    if (played.getCount() == 0) {
      return;
    }
    stopping = true;
    screen.progress(screen.text("stopping"));
    player.interrupt();
    try {
      if (played.await(CLEARED.toSeconds(), TimeUnit.SECONDS)) {
        screen.progress(screen.text("stopped"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
