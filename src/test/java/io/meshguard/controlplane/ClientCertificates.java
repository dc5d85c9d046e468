package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** Certificates of callers, for tests in other packages. */
public final class ClientCertificates {

  private final CertificateAuthority authority;

  private ClientCertificates(CertificateAuthority authority) {
    this.authority = authority;
  }

  /** Makes an authority. */
  public static ClientCertificates create(String commonName) {
    return new ClientCertificates(CertificateAuthority.create(commonName));
  }

  /** Returns the authority. */
  public String authorityPem() {
    return authority.certificatePem();
  }

  /** Returns a certificate of somebody who calls. */
  public X509Certificate client(String commonName) {
    return authority.issueClient(commonName, List.of()).certificate();
  }

  /** Returns a certificate of a server that calls too. */
  public X509Certificate server(String commonName, String dnsName) {
    return authority.issueServer(commonName, List.of(dnsName)).certificate();
  }

  /** Writes certificate and key of somebody who calls to {@code client.crt} and {@code .key}. */
  public void write(Path folder, String commonName) throws IOException {
    Identity identity = authority.issueClient(commonName, List.of());
    Files.writeString(folder.resolve("client.crt"), identity.certificatePem());
    Files.writeString(folder.resolve("client.key"), identity.keyPem());
  }
}
