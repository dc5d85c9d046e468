package io.meshguard.cluster;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** The certificate in a directory that a Secret of type kubernetes.io/tls is mounted to. */
final class MountedCertificate implements CertificateSource {

  private final Path directory;
  private volatile Loaded loaded;

  /** Reads {@code tls.crt} and {@code tls.key}. */
  MountedCertificate(Path directory) throws IOException, GeneralSecurityException {
    this.directory = directory;
    this.loaded = load();
  }

  private record Loaded(String certificates, String key, KeyMaterial material) {}

  @Override
  public KeyMaterial current() {
    return loaded.material();
  }

  /** Compares contents, not times: the kubelet swaps a symbolic link. */
  @Override
  public boolean refresh() throws IOException, GeneralSecurityException {
    boolean same =
        read("tls.crt").equals(loaded.certificates()) && read("tls.key").equals(loaded.key());
    if (same) {
      return false;
    }
    loaded = load();
    return true;
  }

  @Override
  public Optional<String> authorityPem() {
    return Optional.empty();
  }

  private Loaded load() throws IOException, GeneralSecurityException {
    String certificates = read("tls.crt");
    String key = read("tls.key");
    KeyMaterial material = new KeyMaterial(privateKey(key), chain(certificates));
    PublicKeys.requirePair(material);
    return new Loaded(certificates, key, material);
  }

  private String read(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  private static List<X509Certificate> chain(String pem)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = new ArrayList<>();
    try (PEMParser parser = new PEMParser(reader(pem))) {
      for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
        if (object instanceof X509CertificateHolder holder) {
          chain.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
      }
    }
    if (chain.isEmpty()) {
      throw new PEMException("tls.crt holds no certificate");
    }
    return chain;
  }

  private static PrivateKey privateKey(String pem) throws IOException {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    try (PEMParser parser = new PEMParser(reader(pem))) {
      for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
        if (object instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
        if (object instanceof PEMKeyPair pair) {
          return converter.getPrivateKey(pair.getPrivateKeyInfo());
        }
      }
    }
    throw new PEMException("tls.key holds no private key without a password");
  }

  private static Reader reader(String text) {
    return new StringReader(text);
  }
}
