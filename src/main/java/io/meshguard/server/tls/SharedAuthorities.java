package io.meshguard.server.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The authorities that all replicas share. One signs. When two thirds of its life are over, another
 * is announced: trusted already, but it signs only a day later, when every API server has surely
 * heard of it. The one before stays trusted to its end, so no certificate in use is ever doubted.
 *
 * @param signing signs certificates
 * @param announced will sign next
 * @param previous signed before
 */
record SharedAuthorities(
    Authority signing, Optional<Authority> announced, Optional<X509Certificate> previous) {

  static final Duration LIFE = Duration.ofDays(730);
  static final Duration OVERLAP = Duration.ofDays(1);

  /** Returns a first authority. */
  static SharedAuthorities begin(Instant now) throws GeneralSecurityException {
    return new SharedAuthorities(Authority.create(now, LIFE), Optional.empty(), Optional.empty());
  }

  /** Returns what should be instead by now; empty where all is well. */
  Optional<SharedAuthorities> next(Instant now) throws GeneralSecurityException {
    if (!now.isBefore(signing.certificate().getNotAfter().toInstant())) {
      return Optional.of(begin(now));
    }
    if (announced.isEmpty()) {
      return now.isBefore(Authority.renewal(signing.certificate()))
          ? withoutOutlived(now)
          : Optional.of(
              new SharedAuthorities(signing, Optional.of(Authority.create(now, LIFE)), previous));
    }
    Instant promotion = announced.get().certificate().getNotBefore().toInstant().plus(OVERLAP);
    return now.isBefore(promotion)
        ? withoutOutlived(now)
        : Optional.of(
            new SharedAuthorities(
                announced.get(), Optional.empty(), Optional.of(signing.certificate())));
  }

  /** Returns all certificates that are to be trusted, as PEM. */
  String pem() {
    List<X509Certificate> trusted = new ArrayList<>();
    trusted.add(signing.certificate());
    announced.ifPresent(authority -> trusted.add(authority.certificate()));
    previous.ifPresent(trusted::add);
    return trusted.stream().map(PemText::of).collect(Collectors.joining());
  }

  private Optional<SharedAuthorities> withoutOutlived(Instant now) {
    return previous
        .filter(certificate -> !now.isBefore(certificate.getNotAfter().toInstant()))
        .map(outlived -> new SharedAuthorities(signing, announced, Optional.empty()));
  }
}
