package io.meshguard.server.tls;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** Chooses by configuration where the serving certificate comes from. */
public final class CertificateSources {

  private CertificateSources() {}

  /**
   * Returns the source that is configured: a directory before a shared authority, and where there
   * is no cluster to share it in, an authority of this process.
   *
   * @param client speaks to the cluster; empty where there is none
   * @param namespace namespace of Meshguard itself
   * @param hosts names for which a certificate is made, where one is
   */
  public static CertificateSource of(
      CertificateConfig config,
      Optional<KubernetesClient> client,
      String namespace,
      Set<String> hosts,
      Clock clock)
      throws GeneralSecurityException, IOException {
    Optional<Path> directory = config.certificateDirectory();
    if (directory.isPresent()) {
      return new MountedCertificate(directory.get());
    }
    Optional<String> secret = config.authoritySecret();
    return client.isPresent() && secret.isPresent()
        ? new SharedCertificate(
            new AuthoritySecret(client.get(), namespace, secret.get()), hosts, clock)
        : new SelfSignedCertificate(hosts, clock);
  }
}
