package io.meshguard.cli;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * The algorithm of the key in a kubeconfig. kubectl looks into the key; the client takes it for RSA
 * unless it is told otherwise (kubernetes-client CertUtils @7.5.2).
 */
final class ClientKeyKind {

  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private ClientKeyKind() {}

  /** Returns the configuration, told where its key is one of an elliptic curve. */
  static Config told(Config config) throws IOException {
    String pem = pem(config);
    int begin = pem.indexOf(BEGIN);
    int end = pem.indexOf(END);
    if (begin >= 0 && end > begin && isElliptic(pem.substring(begin + BEGIN.length(), end))) {
      config.setClientKeyAlgo("EC");
    }
    return config;
  }

  private static boolean isElliptic(String base64) {
    try {
      byte[] key = Base64.getMimeDecoder().decode(base64);
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(key))
          .getAlgorithm()
          .equals("EC");
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static String pem(Config config) throws IOException {
    if (config.getClientKeyData() != null) {
      byte[] text = Base64.getMimeDecoder().decode(config.getClientKeyData());
      return new String(text, StandardCharsets.US_ASCII);
    }
    return config.getClientKeyFile() == null
        ? ""
        : Files.readString(Path.of(config.getClientKeyFile()), StandardCharsets.US_ASCII);
  }
}
