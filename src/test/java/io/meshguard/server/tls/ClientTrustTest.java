package io.meshguard.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshguard.controlplane.ClientCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTrustTest {

  private final ClientCertificates ours = ClientCertificates.create("api-servers");
  private final ClientCertificates others = ClientCertificates.create("others");

  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("ca.crt"), ours.authorityPem());
  }

  @Test
  void whoeverTheAuthorityHasSignedIsTrusted() throws Exception {
    ClientTrust trust = new ClientTrust(file, Set.of());

    assertThatCode(() -> check(trust, ours.client("apiserver"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(trust, others.client("apiserver")))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void aCertificateThatIsForServersOnlyIsNotTrusted() throws Exception {
    Authority authority = Authority.create(Instant.now(), Authority.LEAF_LIFE);
    Files.writeString(file, PemText.of(authority.certificate()));
    X509Certificate served = authority.issue(Set.of("localhost"), Instant.now()).chain().get(0);
    ClientTrust trust = new ClientTrust(file, Set.of());

    assertThatThrownBy(() -> check(trust, served)).isInstanceOf(CertificateException.class);
  }

  @Test
  void aNameMayBeDemandedToo() throws Exception {
    ClientTrust trust = new ClientTrust(file, Set.of("apiserver", "other"));

    assertThatCode(() -> check(trust, ours.client("apiserver"))).doesNotThrowAnyException();
    assertThatCode(() -> check(trust, ours.server("kubelet", "other"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(trust, ours.client("kubelet")))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("CN=kubelet")
        .hasMessageContaining("no allowed name");
  }

  @Test
  void otherAuthoritiesAreTakenAndWhatIsNoneIsNot() throws Exception {
    ClientTrust trust = new ClientTrust(file, Set.of());
    assertThat(trust.refresh()).isFalse();

    Files.writeString(file, "nothing");
    assertThatThrownBy(trust::refresh).hasMessageContaining("holds no certificate");
    assertThatCode(() -> check(trust, ours.client("apiserver"))).doesNotThrowAnyException();

    Files.writeString(file, others.authorityPem());
    assertThat(trust.refresh()).isTrue();
    assertThatCode(() -> check(trust, others.client("apiserver"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(trust, ours.client("apiserver")))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void aFileThatHoldsNothingIsNamed() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.crt"));

    assertThatThrownBy(() -> new ClientTrust(empty, Set.of()))
        .hasMessageContaining(empty + " holds no certificate");
  }

  private static void check(ClientTrust trust, X509Certificate caller) throws Exception {
    trust.checkClientTrusted(new X509Certificate[] {caller}, "ECDHE_ECDSA");
  }
}
