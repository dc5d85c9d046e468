package io.meshguard.controlplane;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Waits for the API server. */
final class Readiness {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final int LAST_LINES = 15;

  private Readiness() {}

  /** Waits until {@code /readyz} is 200; fails at once when a process has ended. */
  static void await(ControlPlane controlPlane, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    String last = "no answer yet";
    while (System.nanoTime() < deadline) {
      failWhereEnded(controlPlane.etcd());
      failWhereEnded(controlPlane.apiServer());
      try {
        ApiClient.Answer answer = controlPlane.api().get("/readyz?verbose", ANSWER);
        if (answer.status() == 200) {
          return;
        }
        last = answer.body();
      } catch (HttpTimeoutException e) {
        last = "no answer in time";
      } catch (IOException e) {
        last = String.valueOf(e.getMessage());
      }
      Thread.sleep(POLL.toMillis());
    }
    throw new ControlPlaneFailedException(
        "the API server was not ready after %d s: %s\n%s\n%s"
            .formatted(
                limit.toSeconds(),
                last,
                words(controlPlane.etcd()),
                words(controlPlane.apiServer())));
  }

  private static void failWhereEnded(Component component) throws IOException {
    if (!component.isAlive()) {
      throw new ControlPlaneFailedException(
          component.name() + " ended by itself. " + words(component));
    }
  }

  private static String words(Component component) throws IOException {
    return "Last lines of " + component.name() + ":\n" + component.lastLines(LAST_LINES);
  }
}
