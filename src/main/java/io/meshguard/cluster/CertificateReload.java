package io.meshguard.cluster;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.jboss.logging.Logger;

/** Has the next handshakes use a new certificate; connections that are open stay so. */
@Singleton
public class CertificateReload {

  private static final Logger LOG = Logger.getLogger(CertificateReload.class);

  private final CertificateSource source;

  @Inject
  CertificateReload(CertificateSource source) {
    this.source = source;
  }

  /** Looks for a new certificate. Where it cannot be read the one in use stays. */
  void check() {
    try {
      if (source.refresh()) {
        LOG.infof(
            "serving a new certificate, valid until %s",
            source.current().chain().get(0).getNotAfter().toInstant());
      }
    } catch (IOException | GeneralSecurityException e) {
      LOG.errorf("the new certificate cannot be used, the one before stays: %s", e.getMessage());
    }
  }
}
