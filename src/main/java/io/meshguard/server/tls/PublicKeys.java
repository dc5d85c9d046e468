package io.meshguard.server.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether a certificate belongs to a key; the two files of a Secret may be swapped one by one. */
final class PublicKeys {

  private static final byte[] PROBE = "meshguard".getBytes(StandardCharsets.UTF_8);

  private PublicKeys() {}

  /**
   * Does nothing if the key of the first certificate is the private key's.
   *
   * @throws InvalidKeyException if it is another one
   */
  static void requirePair(KeyMaterial material) throws GeneralSecurityException {
    PrivateKey key = material.key();
    PublicKey published = material.chain().get(0).getPublicKey();
    boolean pair = false;
    if (key.getAlgorithm().equals(published.getAlgorithm())) {
      Signature signature = Signature.getInstance(algorithm(key));
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(published);
      signature.update(PROBE);
      pair = signature.verify(signed);
    }
    if (!pair) {
      throw new InvalidKeyException("tls.crt and tls.key do not belong together");
    }
  }

  private static String algorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC", "ECDSA" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }
}
