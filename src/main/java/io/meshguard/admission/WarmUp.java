package io.meshguard.admission;

import io.meshguard.engine.Engine;
import io.meshguard.engine.Settings;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Permissions;
import io.meshguard.policy.PolicyReader;
import io.meshguard.policy.PolicyResult;
import io.meshguard.rules.Catalogue;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Reviews samples before the server says that it is ready: the first review of a cold JVM takes a
 * hundred times as long as a later one, and an API server waits for it. Nothing is counted or
 * logged of these reviews, and nothing is asked of a cluster.
 */
@Singleton
@Readiness
public class WarmUp implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(WarmUp.class);
  private static final int ROUNDS = 60;
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final List<String> SAMPLES =
      List.of("virtual-service", "destination-rule", "deployment");
  private static final String POLICY = "rules: {\"*\": warn, implicit-retries: fix}";

  private final PolicyReader policies;
  private final Clock clock;
  private volatile boolean done;

  @Inject
  WarmUp(PolicyReader policies, Clock clock) {
    this.policies = policies;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    Thread thread = new Thread(this::run, "warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("warm-up").status(done).build();
  }

  /** A server that could not warm up is slow at first, and no worse. */
  private void run() {
    try {
      review();
    } catch (IOException | UnreadableReview | RuntimeException e) {
      LOG.warnf("not warmed up: %s", e);
    } finally {
      done = true;
    }
  }

  /** Returns how often all samples were reviewed. */
  int review() throws IOException, UnreadableReview {
    List<byte[]> bodies = new ArrayList<>();
    for (String sample : SAMPLES) {
      bodies.add(read("warm-up/" + sample + ".json"));
    }
    Reviewer reviewer = reviewer();
    long end = System.nanoTime() + LIMIT.toNanos();
    int rounds = 0;
    while (rounds < ROUNDS && System.nanoTime() < end) {
      for (byte[] body : bodies) {
        answer(reviewer::mutate, body);
        answer(reviewer::validate, body);
      }
      rounds++;
    }
    return rounds;
  }

  private static void answer(Function<AdmissionRequest, ReviewResult> handler, byte[] body)
      throws UnreadableReview {
    AdmissionRequest request = ReviewReader.read(body);
    Reply.of(handler.apply(request).response(request.uid()));
  }

  private Reviewer reviewer() {
    PolicyResult read = policies.readFile("warm-up", POLICY, LocalDate.now(clock));
    if (!(read instanceof PolicyResult.Accepted accepted)) {
      throw new IllegalStateException("the policy of the warm-up: " + read);
    }
    Settings settings = accepted.used();
    return new Reviewer(
        new Engine(Catalogue.rules()),
        () -> new ActivePolicy(settings, Guidance.NONE),
        () -> ObjectMesh.empty(MeshFacts.UNKNOWN),
        Permissions.UNKNOWN,
        clock,
        finding -> List.of());
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream in = WarmUp.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new FileNotFoundException("resource " + file);
      }
      return in.readAllBytes();
    }
  }
}
