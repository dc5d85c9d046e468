package io.meshguard.kube;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/**
 * The private key in a kubeconfig. kubectl looks into the key; the client takes one in PKCS #8 for
 * RSA unless it is told otherwise (kubernetes-client CertUtils @7.5.2).
 */
public final class ClientKey {

  private ClientKey() {}

  /**
   * Tells a configuration of what kind its key is.
   *
   * @throws IOException if the key cannot be read
   */
  public static void tell(Config config) throws IOException {
    algorithm(config).ifPresent(config::setClientKeyAlgo);
  }

  /** Returns {@code EC} or {@code RSA}; empty where the kubeconfig holds no key. */
  static Optional<String> algorithm(Config config) throws IOException {
    Optional<String> pem = pem(config);
    if (pem.isEmpty()) {
      return Optional.empty();
    }
    try (PEMParser parser = new PEMParser(new StringReader(pem.get()))) {
      for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
        Optional<PrivateKeyInfo> key =
            object instanceof PEMKeyPair pair
                ? Optional.of(pair.getPrivateKeyInfo())
                : Optional.of(object)
                    .filter(PrivateKeyInfo.class::isInstance)
                    .map(PrivateKeyInfo.class::cast);
        if (key.isPresent()) {
          ASN1ObjectIdentifier type = key.get().getPrivateKeyAlgorithm().getAlgorithm();
          return Optional.of(type.equals(X9ObjectIdentifiers.id_ecPublicKey) ? "EC" : "RSA");
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> pem(Config config) throws IOException {
    String data = config.getClientKeyData();
    if (data != null) {
      return Optional.of(
          new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII));
    }
    String file = config.getClientKeyFile();
    return file == null ? Optional.empty() : Optional.of(Files.readString(Path.of(file)));
  }
}
