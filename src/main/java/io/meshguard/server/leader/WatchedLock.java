package io.meshguard.server.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock that notes whether it can be read and written, for the elector tells of it in stack traces
 * every few seconds. Times are those of a clock that nobody sets.
 */
public final class WatchedLock implements Lock {

  private final Lock lock;
  private final LeaseTrouble trouble;
  private final LongSupplier nanos;
  private @Nullable LeaderElectionRecord last;
  private volatile Optional<Long> written = Optional.empty();

  /**
   * Makes one.
   *
   * @param namespace where the lease is, for the log
   */
  public WatchedLock(Lock lock, String namespace) {
    this(lock, namespace, System::nanoTime);
  }

  /** Makes one with a clock of its own, for tests. */
  public WatchedLock(Lock lock, String namespace, LongSupplier nanos) {
    this.lock = lock;
    this.trouble = new LeaseTrouble(namespace, nanos);
    this.nanos = nanos;
  }

  /** Returns whether this process wrote the lock within a time. */
  boolean writtenWithin(Duration time) {
    return written.filter(at -> nanos.getAsLong() - at < time.toNanos()).isPresent();
  }

  /** Returns for how long the lock could not be read or written; zero while it can. */
  Duration trouble() {
    return trouble.lasts();
  }

  /** What somebody has written since shows that it can be written, if not by this process. */
  @Override
  public synchronized @Nullable LeaderElectionRecord get(KubernetesClient client) {
    long begin = nanos.getAsLong();
    LeaderElectionRecord found;
    try {
      found = lock.get(client);
    } catch (RuntimeException e) {
      throw failed(LeaseTrouble.Attempt.READ, begin, e);
    }
    if (Objects.equals(found, last)) {
      trouble.passed(LeaseTrouble.Attempt.READ);
    } else {
      trouble.over();
    }
    last = found;
    return found;
  }

  @Override
  public synchronized void create(KubernetesClient client, LeaderElectionRecord record) {
    write(() -> lock.create(client, record));
  }

  @Override
  public synchronized void update(KubernetesClient client, LeaderElectionRecord record) {
    write(() -> lock.update(client, record));
  }

  private void write(Runnable attempt) {
    long begin = nanos.getAsLong();
    try {
      attempt.run();
    } catch (RuntimeException e) {
      throw failed(LeaseTrouble.Attempt.WRITE, begin, e);
    }
    written = Optional.of(begin);
    trouble.over();
  }

  /** Returns what the elector takes for a reason to try again; anything else would end it. */
  private KubernetesClientException failed(
      LeaseTrouble.Attempt attempt, long begin, RuntimeException e) {
    KubernetesClientException known =
        e instanceof KubernetesClientException answer
            ? answer
            : new KubernetesClientException("the lease cannot be understood: " + e, e);
    // another candidate was quicker, which is no trouble
    if (known.getCode() != HttpURLConnection.HTTP_CONFLICT) {
      trouble.failed(attempt, begin, known);
    }
    return known;
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }
}
