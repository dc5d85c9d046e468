package io.meshguard.server.leader;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** That the lease of the leader cannot be had: told when it begins, seldom, and at its end. */
final class LeaseTrouble {

  static final Duration TOLD_AGAIN = Duration.ofMinutes(10);

  private static final Logger LOG = Logger.getLogger(LeaseTrouble.class);

  private final String namespace;
  private final LongSupplier nanos;
  private volatile Optional<Trouble> now = Optional.empty();

  LeaseTrouble(String namespace, LongSupplier nanos) {
    this.namespace = namespace;
    this.nanos = nanos;
  }

  /** What is tried with the lease. */
  enum Attempt {
    READ,
    WRITE
  }

  private record Trouble(Attempt attempt, long since, long told) {}

  /** Returns for how long it has lasted; zero where there is none. */
  Duration lasts() {
    return now.map(trouble -> Duration.ofNanos(nanos.getAsLong() - trouble.since()))
        .orElse(Duration.ZERO);
  }

  /**
   * Takes a failure.
   *
   * @param begin when that was tried
   */
  void failed(Attempt attempt, long begin, KubernetesClientException cause) {
    long at = nanos.getAsLong();
    boolean tell =
        now.filter(trouble -> at - trouble.told() < TOLD_AGAIN.toNanos())
            .filter(trouble -> trouble.attempt() == attempt)
            .isEmpty();
    now =
        Optional.of(
            new Trouble(
                attempt,
                now.map(Trouble::since).orElse(begin),
                tell ? at : now.map(Trouble::told).orElse(at)));
    if (tell) {
      tell(cause);
    }
  }

  /** What failed before passes now; that a lease can be read says nothing of writing it. */
  void passed(Attempt attempt) {
    if (now.filter(trouble -> trouble.attempt() == attempt).isPresent()) {
      over();
    }
  }

  /** All is well. */
  void over() {
    if (now.isPresent()) {
      LOG.infof(
          "Lease %s in namespace %s is available again, after %d s",
          Leader.LEASE, namespace, lasts().toSeconds());
      now = Optional.empty();
    }
  }

  private void tell(KubernetesClientException cause) {
    if (cause.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
      LOG.errorf(
          "cannot lead, no right to Lease %s in namespace %s: stored objects are not judged,"
              + " reports not written, reviews go on. Grant get, create and patch on"
              + " leases.coordination.k8s.io there, as the chart does: %s",
          Leader.LEASE, namespace, reason(cause));
    } else {
      LOG.warnf(
          "cannot lead, cannot get Lease %s in namespace %s: stored objects are not judged,"
              + " reports not written, reviews go on. It is tried again every few seconds: %s",
          Leader.LEASE, namespace, reason(cause));
    }
  }

  private static String reason(KubernetesClientException cause) {
    if (cause.getStatus() != null && cause.getStatus().getMessage() != null) {
      return cause.getStatus().getMessage();
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root);
  }
}
