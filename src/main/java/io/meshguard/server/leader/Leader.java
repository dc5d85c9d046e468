package io.meshguard.server.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import io.meshguard.kube.Trouble;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** Whether this replica does what only one should; reviews are answered by all. */
public final class Leader implements AutoCloseable {

  static final String LEASE = "meshguard-leader";

  private static final Logger LOG = Logger.getLogger(Leader.class);
  private static final Duration DURATION = Duration.ofSeconds(15);

  private final KubernetesClient client;
  private final WatchedLock lock;
  private final LeaderElectionConfig config;
  private final Runnable elected;
  private volatile boolean leading;
  private volatile boolean closed;
  private CompletableFuture<?> election = CompletableFuture.completedFuture(null);

  /**
   * Makes a candidate; it does not stand before {@link #stand}.
   *
   * @param lock what the leader holds
   * @param clock by which it is seen whether somebody holds it
   * @param elected run when this replica has become the leader; must not wait, for the lease is not
   *     renewed until it returns
   */
  public Leader(KubernetesClient client, WatchedLock lock, Clock clock, Runnable elected) {
    this.client = client;
    this.lock = lock;
    this.elected = elected;
    this.config =
        new LeaderElectionConfigBuilder()
            .withName(LEASE)
            .withLock(new ObservedLock(lock, clock))
            .withLeaseDuration(DURATION)
            .withRenewDeadline(Duration.ofSeconds(10))
            .withRetryPeriod(Duration.ofSeconds(2))
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(
                new LeaderCallbacks(() -> set(true), () -> set(false), leader -> {}))
            .build();
  }

  /** Returns the lease that all replicas in a namespace stand for. */
  public static Lock lease(String namespace) {
    return new LeaseLock(namespace, LEASE, UUID.randomUUID().toString());
  }

  /**
   * Returns whether this replica leads. One that has not written its lease for as long as that
   * lasts does not, whatever the elector still waits for: another may lead by now.
   */
  public boolean leading() {
    return leading && !closed && lock.writtenWithin(DURATION);
  }

  /** Returns for how long the lease could not be read or written; zero while it can. */
  public Duration trouble() {
    return lock.trouble();
  }

  /** Stands for election unless it does already; an election ends when the lease is lost. */
  public synchronized void stand() {
    if (!closed && election.isDone()) {
      election = client.leaderElector().withConfig(config).build().start();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    election.cancel(true);
  }

  private void set(boolean now) {
    leading = now;
    LOG.infof(now ? "leading" : "not leading any more");
    if (now) {
      begin();
    }
  }

  /** What fails here must not end the election. */
  private void begin() {
    try {
      elected.run();
    } catch (RuntimeException e) {
      LOG.warnf("the first work of a new leader failed: %s", Trouble.of(e));
    }
  }
}
