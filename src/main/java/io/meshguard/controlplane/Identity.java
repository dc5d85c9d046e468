package io.meshguard.controlplane;

import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/** A certificate with its key. */
record Identity(X509Certificate certificate, PrivateKey key) {
  /** Returns the certificate as text. */
  String certificatePem() {
    try {
      return Pem.encode("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate made here cannot be encoded", e);
    }
  }

  /** Returns the key as text (PKCS #8, unencrypted). */
  String keyPem() {
    return Pem.encode("PRIVATE KEY", key.getEncoded());
  }

  @Override
  public String toString() {
    return "Identity[" + certificate.getSubjectX500Principal() + "]";
  }
}
