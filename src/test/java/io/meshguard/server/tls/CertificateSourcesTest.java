package io.meshguard.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateSourcesTest {

  private static final Optional<KubernetesClient> NO_CLUSTER = Optional.empty();

  @Test
  void aDirectoryComesFirst(@TempDir Path directory) throws Exception {
    MountedLeaf.expired(directory);

    CertificateSource source = source(Optional.of(directory), Optional.of("meshguard-ca"));

    assertThat(source).isInstanceOf(MountedCertificate.class);
    assertThat(source.authorityPem()).isEmpty();
  }

  @Test
  void withoutAClusterNothingIsShared() throws Exception {
    CertificateSource source = source(Optional.empty(), Optional.of("meshguard-ca"));

    assertThat(source).isInstanceOf(SelfSignedCertificate.class);
  }

  @Test
  void whatIsNotConfiguredIsMade() throws Exception {
    CertificateSource source = source(Optional.empty(), Optional.empty());

    assertThat(source).isInstanceOf(SelfSignedCertificate.class);
    assertThat(source.authorityPem()).isPresent();
  }

  private static CertificateSource source(Optional<Path> directory, Optional<String> secret)
      throws GeneralSecurityException, IOException {
    return CertificateSources.of(
        new Config(directory, secret),
        NO_CLUSTER,
        "meshguard",
        Set.of("localhost"),
        Clock.systemUTC());
  }

  private record Config(Optional<Path> certificateDirectory, Optional<String> authoritySecret)
      implements CertificateConfig {}
}
