package io.meshguard.server.tls;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Has the next handshakes use a new certificate; connections that are open stay so. */
@Singleton
public class CertificateReload {

  private static final Logger LOG = Logger.getLogger(CertificateReload.class);

  private final CertificateSource source;
  private final Clock clock;
  private Instant told = Instant.MIN;

  /** Makes one that has loaded nothing yet. */
  @Inject
  public CertificateReload(CertificateSource source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /** Looks for a new certificate. Where it cannot be read the one in use stays. */
  public void check() {
    try {
      if (source.refresh()) {
        LOG.infof(
            "serving a new certificate, valid until %s",
            source.current().chain().get(0).getNotAfter().toInstant());
      }
    } catch (IOException | GeneralSecurityException e) {
      LOG.errorf(
          "the new certificate cannot be used, the previous one stays in use: %s", e.getMessage());
    }
    tellOfExpiry(source.current().chain().get(0).getNotAfter().toInstant());
  }

  /** One line for each certificate; a metric tells for how long. */
  private void tellOfExpiry(Instant end) {
    if (!clock.instant().isBefore(end) && !end.equals(told)) {
      LOG.errorf(
          "the serving certificate expired at %s: API servers cannot call this replica until"
              + " there is"
              + " another",
          end);
      told = end;
    }
  }
}
