package io.meshguard.cluster;

import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.jboss.logging.Logger;

/** Has the server take a new certificate; connections that are open stay so. */
@Singleton
public class CertificateReload {

  private static final Logger LOG = Logger.getLogger(CertificateReload.class);

  private final CertificateSource source;
  private final TlsConfigurationRegistry registry;
  private final Event<CertificateUpdatedEvent> updated;

  @Inject
  CertificateReload(
      CertificateSource source,
      TlsConfigurationRegistry registry,
      Event<CertificateUpdatedEvent> updated) {
    this.source = source;
    this.registry = registry;
    this.updated = updated;
  }

  /** Looks for a new certificate. Where it cannot be read the one in use stays. */
  void check() {
    try {
      if (!source.refresh()) {
        return;
      }
      TlsConfiguration tls = registry.get(ServingKeyStore.NAME).orElseThrow();
      if (tls.reload()) {
        updated.fire(new CertificateUpdatedEvent(ServingKeyStore.NAME, tls));
        LOG.infof(
            "serving a new certificate, valid until %s",
            source.current().chain().get(0).getNotAfter().toInstant());
      }
    } catch (IOException | GeneralSecurityException e) {
      LOG.errorf("the new certificate cannot be used, the one before stays: %s", e.getMessage());
    }
  }
}
