package io.meshguard.server.tls;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Meters of the certificate that is served and of what signs it. */
@Singleton
public class CertificateMeters {

  private final CertificateSource source;

  @Inject
  CertificateMeters(CertificateSource source) {
    this.source = source;
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    Gauge.builder(
            "meshguard.certificate.expiration.timestamp.seconds",
            source,
            s -> s.current().chain().get(0).getNotAfter().toInstant().getEpochSecond())
        .description("When the certificate that is served expires, as a Unix time")
        .register(registry);
    FunctionCounter.builder(
            "meshguard.authority.writes", source, CertificateSource::authorityWrites)
        .description("Times that this replica wrote the authority that replicas share")
        .register(registry);
  }
}
