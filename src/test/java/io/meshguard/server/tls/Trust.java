package io.meshguard.server.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;

/** Whether an API server that was given a bundle would trust a certificate. */
final class Trust {

  private Trust() {}

  /** Throws if the bundle does not lead to the certificate at that time. */
  static void require(String bundle, KeyMaterial served, Instant at) throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(
            PemText.certificates(bundle, "bundle").stream()
                .map(certificate -> new TrustAnchor(certificate, null))
                .collect(Collectors.toSet()));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(at));
    List<X509Certificate> leaf = List.of(served.chain().get(0));
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(leaf), parameters);
  }

  static boolean trusted(String bundle, KeyMaterial served, Instant at) throws Exception {
    try {
      require(bundle, served, at);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
