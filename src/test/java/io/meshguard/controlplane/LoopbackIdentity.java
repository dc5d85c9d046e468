package io.meshguard.controlplane;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** What a server on loopback shows and proves, and whom to trust for it. */
public final class LoopbackIdentity {

  private final CertificateAuthority authority = CertificateAuthority.create("loopback");
  private final Identity identity = authority.issueServer("localhost", List.of("localhost"));

  /** Returns the certificate of the authority, as text. */
  public String authorityPem() {
    return authority.certificatePem();
  }

  /** Returns the server's certificate, as text. */
  public String certificatePem() {
    return identity.certificatePem();
  }

  /** Returns the server's key, as text. */
  public String keyPem() {
    return identity.keyPem();
  }

  /** Returns a context for the server. */
  public SSLContext serverContext() throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    char[] noPassword = {};
    own.setKeyEntry(
        "server", identity.key(), noPassword, new Certificate[] {identity.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, noPassword);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
