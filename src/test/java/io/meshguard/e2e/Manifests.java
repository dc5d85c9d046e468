package io.meshguard.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Manifests of the tests. */
final class Manifests {

  private Manifests() {}

  /** Returns a file of {@code src/test/resources/e2e}. */
  static String resource(String name) throws IOException {
    String path = "/e2e/" + name;
    try (InputStream in = Objects.requireNonNull(Manifests.class.getResourceAsStream(path), path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Returns a VirtualService whose second route no request reaches. */
  static String shadowed(String name) {
    return virtualService(name, route("/api", "api"), route("/api/v2", "api-v2"));
  }

  /** Returns a manifest in namespace shop with more lines in its metadata. */
  static String with(String manifest, String metadata) {
    return manifest.replace("  namespace: shop\n", "  namespace: shop\n" + metadata);
  }

  /** Returns a VirtualService with given entries of {@code spec.http}. */
  static String virtualService(String name, String... http) {
    StringBuilder yaml =
        new StringBuilder(
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: %s
              namespace: shop
            spec:
              hosts: [%s]
              http:
            """
                .formatted(name, name));
    for (String entry : http) {
      yaml.append(entry);
    }
    return yaml.toString();
  }

  /** Returns an entry of {@code spec.http} for a path prefix, without any retries. */
  static String route(String prefix, String host) {
    return """
        - match:
          - uri:
              prefix: %s
          retries:
            attempts: 0
          route:
          - destination:
              host: %s
        """
        .formatted(prefix, host)
        .indent(2);
  }

  /** Returns an entry of {@code spec.http} that leaves retries to Istio. */
  static String routeWithImplicitRetries(String host) {
    return """
        - route:
          - destination:
              host: %s
        """
        .formatted(host)
        .indent(2);
  }

  /** Returns a DestinationRule that limits connections but, by 0, not what waits for one. */
  static String destinationRule(String name) {
    return """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata:
          name: %s
          namespace: shop
        spec:
          host: %s
          trafficPolicy:
            connectionPool:
              tcp:
                maxConnections: 10
              http:
                http1MaxPendingRequests: 0
        """
        .formatted(name, name);
  }

  /** Returns a Deployment whose container does not wait for the sidecar. */
  static String deployment(String namespace, String name) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: %s
          namespace: %s
        spec:
          replicas: 1
          selector:
            matchLabels:
              app: %s
          template:
            metadata:
              labels:
                app: %s
            spec:
              containers:
              - name: %s
                image: %s:1
        """
        .formatted(name, namespace, name, name, name, name);
  }

  /** Returns a Namespace with a label that no revision listens to. */
  static String namespace(String name) {
    return """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels:
            istio-injection: enabled
        """
        .formatted(name);
  }
}
