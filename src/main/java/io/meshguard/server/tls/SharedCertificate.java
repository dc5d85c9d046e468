package io.meshguard.server.tls;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.server.tls.AuthoritySecret.Stored;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * A certificate of this process, signed by the authority that all replicas share in a Secret. No
 * replica leads: each does what is due, and whoever comes second takes what the first one wrote.
 */
public final class SharedCertificate implements CertificateSource {

  private static final Logger LOG = Logger.getLogger(SharedCertificate.class);
  private static final int MOST_TRIES = 5;

  private final AuthoritySecret secret;
  private final Set<String> hosts;
  private final Clock clock;
  private volatile Optional<SharedAuthorities> shared = Optional.empty();
  private volatile KeyMaterial current;
  private final AtomicLong writes = new AtomicLong();
  private String trouble = "";

  /**
   * Takes part in the shared authority, or serves a certificate that nobody trusts until it can.
   *
   * @param hosts host names and addresses that the certificate is for
   */
  public SharedCertificate(AuthoritySecret secret, Set<String> hosts, Clock clock)
      throws GeneralSecurityException {
    this.secret = secret;
    this.hosts = Set.copyOf(hosts);
    this.clock = clock;
    Instant now = clock.instant();
    agreeIfPossible(now);
    Authority signing =
        shared.isPresent() ? shared.get().signing() : Authority.create(now, SharedAuthorities.LIFE);
    this.current = signing.issue(hosts, now);
  }

  @Override
  public KeyMaterial current() {
    return current;
  }

  @Override
  public synchronized boolean refresh() throws GeneralSecurityException {
    Instant now = clock.instant();
    agreeIfPossible(now);
    if (shared.isEmpty()) {
      return false;
    }
    Authority signing = shared.get().signing();
    boolean signed = current.chain().get(1).equals(signing.certificate());
    if (signed && now.isBefore(Authority.renewal(current.chain().get(0)))) {
      return false;
    }
    current = signing.issue(hosts, now);
    return true;
  }

  /** Returns nothing before replicas agree, for then nobody may be told to trust it. */
  @Override
  public Optional<String> authorityPem() {
    return shared.map(SharedAuthorities::pem);
  }

  @Override
  public long authorityWrites() {
    return writes.get();
  }

  private void agreeIfPossible(Instant now) throws GeneralSecurityException {
    try {
      agree(now);
      trouble = "";
    } catch (KubernetesClientException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(trouble)) {
        LOG.warnf("the shared authority cannot be read, tried again later: %s", message);
        trouble = message;
      }
    }
  }

  private void agree(Instant now) throws GeneralSecurityException {
    for (int tried = 0; tried < MOST_TRIES; tried++) {
      Optional<Stored> stored = secret.load();
      Optional<SharedAuthorities> usable = stored.flatMap(Stored::authorities);
      Optional<SharedAuthorities> due =
          usable.isPresent() ? usable.get().next(now) : Optional.of(own(now));
      if (due.isEmpty()) {
        shared = usable;
        return;
      }
      boolean written =
          stored.isPresent()
              ? secret.replace(due.get(), stored.get().version())
              : secret.create(due.get());
      if (written) {
        writes.incrementAndGet();
        LOG.info("wrote the shared authority");
        shared = due;
        return;
      }
    }
    LOG.warn("other replicas keep writing the shared authority, tried again later");
  }

  /** Returns what was shared last, for a Secret that is gone or spoilt, else a first authority. */
  private SharedAuthorities own(Instant now) throws GeneralSecurityException {
    if (shared.isEmpty()) {
      return SharedAuthorities.begin(now);
    }
    return shared.get().next(now).orElse(shared.get());
  }
}
