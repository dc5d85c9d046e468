package io.meshguard.server.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock that was renewed when this process saw that it was, and not when its holder says so: the
 * elector compares that time with its own clock, so that of two candidates whose clocks are further
 * apart than a lease lasts one would take the lease of the other again and again.
 */
final class ObservedLock implements Lock {

  private final Lock lock;
  private final Clock clock;
  private Optional<Seen> seen = Optional.empty();

  ObservedLock(Lock lock, Clock clock) {
    this.lock = lock;
    this.clock = clock;
  }

  private record Seen(LeaderElectionRecord written, ZonedDateTime at) {}

  @Override
  public synchronized @Nullable LeaderElectionRecord get(KubernetesClient client) {
    LeaderElectionRecord written = lock.get(client);
    if (written == null) {
      return null;
    }
    Seen last =
        seen.filter(before -> before.written().equals(written))
            .orElseGet(() -> new Seen(written, ZonedDateTime.now(clock)));
    seen = Optional.of(last);
    return written.toBuilder().renewTime(last.at()).build();
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord written) {
    lock.create(client, written);
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord written) {
    lock.update(client, written);
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
