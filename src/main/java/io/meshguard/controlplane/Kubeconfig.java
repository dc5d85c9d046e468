package io.meshguard.controlplane;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The file that kubectl and every other client reads. */
final class Kubeconfig {
  private Kubeconfig() {}

  /** Returns the file of one user with everything in it, no other file needed. */
  static String text(URI server, String authorityPem, Identity user) {
    return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: meshguard
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: user
          user:
            client-certificate-data: %s
            client-key-data: %s
        contexts:
        - name: meshguard
          context: {cluster: meshguard, user: user}
        current-context: meshguard
        """
        .formatted(
            server, base64(authorityPem), base64(user.certificatePem()), base64(user.keyPem()));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
