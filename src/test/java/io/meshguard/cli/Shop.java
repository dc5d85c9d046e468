package io.meshguard.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Manifests and policies of a small shop, written below a folder. */
final class Shop {

  static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: ratings
        namespace: shop
      spec:
        ports:
        - name: http
          port: 80
      """;

  /** A warning of mesh-gateway-omitted, with an unsafe fix. */
  static final String NO_MESH =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: ratings
        namespace: shop
      spec:
        hosts:
        - ratings
        gateways:
        - public # the way in
        http:
        - route:
          - destination:
              host: ratings
          retries:
            attempts: 0
      """;

  /** A finding of implicit-retries, once that is switched on. */
  static final String RETRIES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: ratings
        namespace: shop
      spec:
        hosts:
        - ratings
        http:
        # everything
        - route:
          - destination:
              host: ratings
      """;

  private Shop() {}

  /** Writes a file below a folder and returns its name. */
  static String write(Path folder, String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.resolveSibling("x").getParent());
      return Files.writeString(file, text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a policy that gives one rule a mode. */
  static String policy(String rule, String mode) {
    return "rules:\n  " + rule + ": " + mode + "\n";
  }
}
