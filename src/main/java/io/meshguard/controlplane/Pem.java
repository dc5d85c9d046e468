package io.meshguard.controlplane;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The text form of keys and certificates (RFC 7468). */
final class Pem {
  private Pem() {}

  /** Returns a block of a type such as {@code CERTIFICATE}. */
  static String encode(String type, byte[] der) {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, encoder.encodeToString(der), type);
  }
}
