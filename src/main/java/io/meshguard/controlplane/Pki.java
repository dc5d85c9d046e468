package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;

/**
 * All keys and certificates of one control plane, in files of mode 600. etcd has an authority of
 * its own: no certificate of a Kubernetes user opens it.
 */
record Pki(
    Path directory, CertificateAuthority cluster, CertificateAuthority etcd, Identity admin) {
  static final String ADMIN = "meshguard-admin";
  private static final String ADMIN_GROUP = "system:masters";

  /** Makes everything anew. */
  static Pki create(Path directory) throws IOException {
    PrivateFiles.directory(directory);
    CertificateAuthority cluster = CertificateAuthority.create("meshguard-control-plane");
    CertificateAuthority etcd = CertificateAuthority.create("meshguard-etcd");
    Pki pki = new Pki(directory, cluster, etcd, cluster.issueClient(ADMIN, List.of(ADMIN_GROUP)));
    pki.write("ca", cluster.certificatePem());
    pki.write("etcd-ca", etcd.certificatePem());
    pki.write(
        "apiserver",
        cluster.issueServer(
            "kube-apiserver",
            List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local")));
    pki.write("etcd", etcd.issueServer("etcd", List.of("localhost")));
    pki.write("etcd-client", etcd.issueClient("kube-apiserver", List.of()));
    KeyPair tokens = CertificateAuthority.newKeys();
    PrivateFiles.write(
        pki.key("tokens"), Pem.encode("PRIVATE KEY", tokens.getPrivate().getEncoded()));
    PrivateFiles.write(
        directory.resolve("tokens.pub"), Pem.encode("PUBLIC KEY", tokens.getPublic().getEncoded()));
    return pki;
  }

  private void write(String name, Identity identity) throws IOException {
    write(name, identity.certificatePem());
    PrivateFiles.write(key(name), identity.keyPem());
  }

  private void write(String name, String certificatePem) throws IOException {
    PrivateFiles.write(certificate(name), certificatePem);
  }

  /** Returns the certificate file of a name. */
  Path certificate(String name) {
    return directory.resolve(name + ".crt");
  }

  /** Returns the key file of a name. */
  Path key(String name) {
    return directory.resolve(name + ".key");
  }
}
