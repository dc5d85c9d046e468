package io.meshguard.demo;

import io.meshguard.dataplane.DataPlane;
import io.meshguard.dataplane.Echo;
import io.meshguard.dataplane.PodSpec;
import io.meshguard.dataplane.Scene;
import io.meshguard.dataplane.Sighting;
import io.meshguard.dataplane.SimulatedPod;
import io.meshguard.dataplane.World;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Mistakes as real traffic shows them, before and after Meshguard's cure.
 *
 * @param screen where it is shown
 * @param shell what runs the commands
 * @param plane what carries the traffic
 */
record TrafficTour(Screen screen, Shell shell, DataPlane plane) {
  private static final int SLOW_MILLIS = 300;

  /** Plays all scenes in their order. */
  void play() throws ActFailedException, IOException, InterruptedException {
    List<TrafficScene> scenes = TrafficScene.all();
    for (int i = 0; i < scenes.size(); i++) {
      TrafficScene scene = scenes.get(i);
      String key = "traffic." + scene.name();
      screen.heading(
          screen.text("traffic.scene", i + 1, scenes.size(), screen.text(key + ".title")));
      screen.paragraph(screen.text(key + ".intro"));
      run(scene, "cat " + scene.file(), "apiVersion");
      show(scene, "traffic.before", scene.before());
      run(scene, "meshguard check " + scene.file(), "[" + scene.rule() + "]");
      for (String line : scene.cure()) {
        run(scene, line, "");
      }
      show(scene, "traffic.after", scene.after());
    }
  }

  private void run(TrafficScene scene, String line, String text)
      throws ActFailedException, IOException, InterruptedException {
    screen.command(line);
    Shell.Result result = shell.run(line);
    screen.output(result.output());
    if (!result.output().contains(text)) {
      throw new ActFailedException(screen.text("traffic.failed.command", scene.name(), line, text));
    }
  }

  private void show(TrafficScene scene, String when, String expected)
      throws ActFailedException, IOException, InterruptedException {
    screen.show("");
    screen.paragraph(screen.text(when));
    String yaml = Files.readString(shell.directory().resolve(scene.file()));
    World world = World.of(List.of(yaml));
    if (scene.client().isPresent()) {
      world = world.with(scene.client().get());
    }
    try (Scene open = plane.open(world)) {
      if (scene.count() > 1) {
        open.pods().stream()
            .filter(pod -> pod.spec().proxy() == PodSpec.Proxy.NONE)
            .forEach(pod -> open.echo().behave(pod, slow()));
      }
      List<Sighting> seen = send(open, scene);
      String told = told(seen);
      screen.show("  > " + scene.asked());
      screen.show("  < " + told);
      seen.stream()
          .flatMap(sighting -> sighting.log().stream())
          .reduce((first, second) -> second)
          .ifPresent(line -> screen.aside("    " + line.text()));
      if (!told.contains(expected)) {
        throw new ActFailedException(
            screen.text("traffic.failed.seen", scene.name(), expected, told));
      }
    }
  }

  private static Echo.Behaviour slow() {
    return new Echo.Behaviour(200, SLOW_MILLIS, false, List.of());
  }

  private static List<Sighting> send(Scene open, TrafficScene scene)
      throws IOException, InterruptedException {
    List<Callable<Sighting>> calls = new ArrayList<>();
    for (int i = 0; i < scene.count(); i++) {
      calls.add(() -> send(open, scene, sender(open, scene)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      List<Sighting> seen = new ArrayList<>();
      for (Future<Sighting> each : threads.invokeAll(calls)) {
        seen.add(each.get());
      }
      return seen;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Sighting send(Scene open, TrafficScene scene, SimulatedPod sender)
      throws IOException, InterruptedException {
    return scene.client().isPresent()
        ? open.from(sender, scene.url(), scene.request())
        : open.throughGateway(sender, scene.url(), scene.request());
  }

  private static SimulatedPod sender(Scene open, TrafficScene scene) {
    if (scene.client().isPresent()) {
      return open.pod(scene.client().get().namespace(), scene.client().get().name());
    }
    return open.pods().stream()
        .filter(pod -> pod.spec().proxy() == PodSpec.Proxy.GATEWAY)
        .findFirst()
        .orElseThrow();
  }

  /** Returns for example {@code 9 × 200 from catalog, 3 × 503 UO}. */
  private static String told(List<Sighting> sightings) {
    Map<String, Integer> counts = new TreeMap<>();
    sightings.forEach(sighting -> counts.merge(told(sighting), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((what, count) -> parts.add((sightings.size() > 1 ? count + " × " : "") + what));
    return String.join(", ", parts);
  }

  private static String told(Sighting sighting) {
    StringBuilder text = new StringBuilder();
    text.append(sighting.response().status() == 0 ? "reset" : sighting.response().status());
    sighting
        .log()
        .map(line -> line.flags())
        .filter(flags -> !flags.equals("-"))
        .ifPresent(flags -> text.append(' ').append(flags));
    if (sighting.response().status() == 200 && !sighting.tries().isEmpty()) {
      String pod = sighting.tries().get(sighting.tries().size() - 1).pod();
      text.append(" from ").append(pod, 0, pod.indexOf('.'));
    }
    return text.toString();
  }
}
