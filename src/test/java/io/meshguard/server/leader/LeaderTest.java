package io.meshguard.server.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Candidates for one lease of a real API server, whose clocks do not agree. */
@RequiresControlPlane
class LeaderTest {

  /** Longer than a candidate ever waits between two looks at the lease. */
  private static final Duration TWO_LOOKS = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static ControlPlane plane;
  private static KubernetesClient client;

  @BeforeAll
  static void connect(ControlPlane controlPlane) throws Exception {
    plane = controlPlane;
    client = Clients.of(controlPlane);
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_600, 3_600})
  void aClockThatIsAnHourAwayTakesNoLeaseFromALeader(long seconds) throws Exception {
    String namespace = "skewed" + seconds;
    plane.createNamespace(namespace, Map.of());
    Leader first = candidate(namespace, Duration.ofSeconds(seconds));
    Leader second = candidate(namespace, Duration.ZERO);
    try {
      first.stand();
      await("the first leads", first::leading);

      second.stand();
      Thread.sleep(TWO_LOOKS.toMillis());

      assertThat(first.leading()).isTrue();
      assertThat(second.leading()).isFalse();
      assertThat(transitions(namespace)).isZero();
    } finally {
      first.close();
      second.close();
    }
  }

  @Test
  void aLeaderThatEndsHandsTheLeaseOver() throws Exception {
    plane.createNamespace("handed-over", Map.of());
    Leader first = candidate("handed-over", Duration.ofHours(1));
    Leader second = candidate("handed-over", Duration.ZERO);
    try {
      first.stand();
      await("the first leads", first::leading);
      second.stand();

      first.close();
      assertThat(first.leading()).isFalse();
      await("the second leads", second::leading);
    } finally {
      second.close();
    }
  }

  private static Leader candidate(String namespace, Duration ahead) {
    Lock lease = new OtherClock(Leader.lease(namespace), ahead);
    return new Leader(client, new WatchedLock(lease, namespace), Clock.systemUTC(), () -> {});
  }

  private static int transitions(String namespace) {
    Integer transitions =
        client
            .leases()
            .inNamespace(namespace)
            .withName("meshguard-leader")
            .get()
            .getSpec()
            .getLeaseTransitions();
    return transitions == null ? 0 : transitions;
  }

  private static void await(String what, BooleanSupplier done) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting: %s", what).isLessThan(end);
      Thread.sleep(50);
    }
  }

  /** A lock as a machine sees and writes it whose clock is ahead of this one's. */
  private record OtherClock(Lock lock, Duration ahead) implements Lock {

    @Override
    public @Nullable LeaderElectionRecord get(KubernetesClient api) {
      LeaderElectionRecord found = lock.get(api);
      return found == null ? null : moved(found, ahead.negated());
    }

    @Override
    public void create(KubernetesClient api, LeaderElectionRecord written) {
      lock.create(api, moved(written, ahead));
    }

    @Override
    public void update(KubernetesClient api, LeaderElectionRecord written) {
      lock.update(api, moved(written, ahead));
    }

    @Override
    public String identity() {
      return lock.identity();
    }

    @Override
    public String describe() {
      return lock.describe();
    }

    private static LeaderElectionRecord moved(LeaderElectionRecord written, Duration by) {
      return written.toBuilder()
          .acquireTime(moved(written.getAcquireTime(), by))
          .renewTime(moved(written.getRenewTime(), by))
          .build();
    }

    private static ZonedDateTime moved(ZonedDateTime time, Duration by) {
      return time.plus(by);
    }
  }
}
