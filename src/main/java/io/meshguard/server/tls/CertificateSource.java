package io.meshguard.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** Where the serving certificate comes from. May be used from several threads. */
public interface CertificateSource {

  /** Returns the certificate to be served now. */
  KeyMaterial current();

  /**
   * Looks whether there is another certificate by now.
   *
   * @return whether {@link #current()} has changed
   */
  boolean refresh() throws IOException, GeneralSecurityException;

  /**
   * Returns the authority that API servers should trust, as PEM; empty where somebody else writes
   * it into the webhook configurations.
   */
  Optional<String> authorityPem();

  /** Returns how often this process has written an authority that it shares with others. */
  default long authorityWrites() {
    return 0;
  }
}
