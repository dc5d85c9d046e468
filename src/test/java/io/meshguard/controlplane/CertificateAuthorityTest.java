package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SignatureException;
import java.util.List;
import javax.naming.ldap.LdapName;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
  private final CertificateAuthority authority = CertificateAuthority.create("test");

  @Test
  void clientCarriesUserAndGroupsWhateverTheirCharacters() throws Exception {
    String user = "a,b=\"c\" +#;<d>\\";
    Identity client = authority.issueClient(user, List.of("system:masters", "x,O=y"));

    LdapName subject = new LdapName(client.certificate().getSubjectX500Principal().getName());

    assertThat(subject.getRdns().stream().map(rdn -> rdn.getType() + " " + rdn.getValue()))
        .containsExactlyInAnyOrder("CN " + user, "O system:masters", "O x,O=y");
  }

  @Test
  void clientCannotBeAServerAndNothingIssuedCanIssue() throws Exception {
    Identity client = authority.issueClient("ann", List.of());
    Identity server = authority.issueServer("server", List.of("localhost"));

    assertThat(client.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(client.certificate().getBasicConstraints()).isEqualTo(-1);
    assertThat(server.certificate().getBasicConstraints()).isEqualTo(-1);
    assertThat(server.certificate().getSubjectAlternativeNames().toString())
        .contains("localhost", "127.0.0.1");
  }

  @Test
  void onlyTheOwnAuthorityVouches() {
    Identity client = authority.issueClient("ann", List.of());
    CertificateAuthority other = CertificateAuthority.create("test");

    assertThatCode(() -> client.certificate().verify(authority.certificate().getPublicKey()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> client.certificate().verify(other.certificate().getPublicKey()))
        .isInstanceOf(SignatureException.class);
  }

  @Test
  void keysStayOutOfText() {
    Identity client = authority.issueClient("ann", List.of());

    assertThat(client.toString()).isEqualTo("Identity[CN=ann]");
  }
}
