package io.meshguard.server.tls;

import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A certificate signed by an authority of its own, both made when the process starts and gone with
 * it. The certificate is renewed when two thirds of its life are over; the authority lives on.
 */
final class SelfSignedCertificate implements CertificateSource {

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3_650);

  private final Clock clock;
  private final Set<String> hosts;
  private final Authority authority;
  private volatile KeyMaterial current;

  /**
   * Makes an authority and a certificate.
   *
   * @param hosts host names and addresses that the certificate is for
   */
  SelfSignedCertificate(Set<String> hosts, Clock clock) throws GeneralSecurityException {
    this.clock = clock;
    this.hosts = Set.copyOf(hosts);
    this.authority = Authority.create(clock.instant(), AUTHORITY_LIFE);
    this.current = authority.issue(hosts, clock.instant());
  }

  @Override
  public KeyMaterial current() {
    return current;
  }

  @Override
  public boolean refresh() throws GeneralSecurityException {
    Instant now = clock.instant();
    if (now.isBefore(Authority.renewal(current.chain().get(0)))) {
      return false;
    }
    current = authority.issue(hosts, now);
    return true;
  }

  @Override
  public Optional<String> authorityPem() {
    return Optional.of(PemText.of(authority.certificate()));
  }
}
