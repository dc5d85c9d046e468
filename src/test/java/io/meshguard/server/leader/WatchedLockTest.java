package io.meshguard.server.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchedLockTest {

  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final ZonedDateTime BEGIN = ZonedDateTime.parse("2026-01-01T00:00:00Z");

  private final Store store = new Store();
  private final Told told = new Told();
  private final Logger logger = Logger.getLogger(LeaseTrouble.class.getName());

  /** Nobody is spoken to. */
  private final KubernetesClient client = new KubernetesClientBuilder().build();

  private final WatchedLock lock = new WatchedLock(store, "meshguard", () -> store.nanos);

  @BeforeEach
  void listen() {
    logger.addHandler(told);
  }

  @AfterEach
  void end() {
    logger.removeHandler(told);
    client.close();
  }

  @Test
  void aTroubleIsToldOnceAndAtItsEnd() {
    store.readable = status(403);
    for (int i = 0; i < 200; i++) {
      pass(Duration.ofSeconds(2));
      assertThatThrownBy(() -> lock.get(client)).isInstanceOf(KubernetesClientException.class);
    }

    assertThat(told.levels).hasSize(1);
    assertThat(lock.trouble()).isEqualTo(Duration.ofSeconds(398));
    store.readable = Optional.empty();
    lock.get(client);
    assertThat(told.levels).hasSize(2).endsWith(Level.INFO);
    assertThat(lock.trouble()).isZero();
  }

  @Test
  void aTroubleBeganWhenThatWasTriedWhichFailed() {
    store.reading = Duration.ofSeconds(15);
    store.readable = status(504);
    assertThatThrownBy(() -> lock.get(client)).isInstanceOf(KubernetesClientException.class);

    assertThat(lock.trouble()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void aTroubleThatLastsIsToldAgain() {
    store.readable = status(500);
    assertThatThrownBy(() -> lock.get(client)).isInstanceOf(KubernetesClientException.class);
    pass(LeaseTrouble.TOLD_AGAIN);
    assertThatThrownBy(() -> lock.get(client)).isInstanceOf(KubernetesClientException.class);

    assertThat(told.levels).hasSize(2);
  }

  @Test
  void thatItCanBeReadEndsNoTroubleWithWriting() {
    store.held = record("somebody", BEGIN);
    store.writable = status(403);
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(2));
      lock.get(client);
      assertThatThrownBy(() -> lock.update(client, record("me", BEGIN)))
          .isInstanceOf(KubernetesClientException.class);
    }

    assertThat(told.levels).hasSize(1);
    assertThat(lock.trouble()).isPositive();
    store.held = record("somebody", BEGIN.plusSeconds(10));
    lock.get(client);
    assertThat(lock.trouble()).as("somebody else can write it").isZero();
  }

  @Test
  void anotherCandidateThatIsQuickerIsNoTrouble() {
    store.writable = status(409);
    assertThatThrownBy(() -> lock.create(client, record("me", BEGIN)))
        .isInstanceOf(KubernetesClientException.class);

    assertThat(told.levels).isEmpty();
    assertThat(lock.writtenWithin(LEASE)).isFalse();
  }

  @Test
  void aLeaseThatCannotBeUnderstoodDoesNotEndTheElection() {
    store.readable = Optional.of(new NullPointerException("leaseDurationSeconds"));

    assertThatThrownBy(() -> lock.get(client))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("leaseDurationSeconds");
    assertThat(told.levels).hasSize(1);
  }

  /** Whoever looks at the lease counts from when it was written, at the earliest. */
  @Test
  void itIsHeldForAsLongAsItWasWrittenFor() {
    assertThat(lock.writtenWithin(LEASE)).isFalse();
    store.writing = Duration.ofSeconds(4);
    lock.update(client, record("me", BEGIN));
    pass(Duration.ofSeconds(10));
    assertThat(lock.writtenWithin(LEASE)).isTrue();
    pass(Duration.ofSeconds(1));

    assertThat(lock.writtenWithin(LEASE)).isFalse();
  }

  private void pass(Duration time) {
    store.nanos += time.toNanos();
  }

  private static Optional<RuntimeException> status(int code) {
    return Optional.of(new KubernetesClientException("no", code, null));
  }

  private static LeaderElectionRecord record(String holder, ZonedDateTime renewed) {
    return new LeaderElectionRecord(holder, LEASE, BEGIN, renewed, 0);
  }

  /** What keeps the lock, and time. */
  private static final class Store implements Lock {
    private long nanos;
    private Duration reading = Duration.ZERO;
    private Duration writing = Duration.ZERO;
    private @Nullable LeaderElectionRecord held;
    private Optional<RuntimeException> readable = Optional.empty();
    private Optional<RuntimeException> writable = Optional.empty();

    @Override
    public @Nullable LeaderElectionRecord get(KubernetesClient api) {
      nanos += reading.toNanos();
      readable.ifPresent(
          e -> {
            throw e;
          });
      return held;
    }

    @Override
    public void create(KubernetesClient api, LeaderElectionRecord written) {
      update(api, written);
    }

    @Override
    public void update(KubernetesClient api, LeaderElectionRecord written) {
      nanos += writing.toNanos();
      writable.ifPresent(
          e -> {
            throw e;
          });
      held = written;
    }

    @Override
    public String identity() {
      return "me";
    }

    @Override
    public String describe() {
      return "a lock";
    }
  }

  /** What was told in the log. */
  private static final class Told extends Handler {
    private final List<Level> levels = new ArrayList<>();

    @Override
    public void publish(LogRecord told) {
      levels.add(told.getLevel());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
