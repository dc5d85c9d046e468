package io.meshguard.dataplane;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Who sends the requests of an observed block.
 *
 * @param pod the client; empty where requests come in through the gateway
 */
record Caller(Optional<PodSpec> pod) {
  /** Where no request is sent. */
  static final Caller NOBODY = new Caller(Optional.empty());

  private static final String GATEWAY = "through the gateway";
  private static final String BARE = " without a sidecar";

  /** Reads {@code through the gateway} or {@code from NAMESPACE/NAME [without a sidecar]}. */
  static Caller of(String where) {
    if (where.equals(GATEWAY)) {
      return new Caller(Optional.empty());
    }
    if (!where.startsWith("from ") || !where.contains("/")) {
      throw new IllegalArgumentException("nobody calls: " + where);
    }
    boolean bare = where.endsWith(BARE);
    String name = where.substring("from ".length(), where.length() - (bare ? BARE.length() : 0));
    PodSpec client =
        PodSpec.client(name.substring(0, name.indexOf('/')), name.substring(name.indexOf('/') + 1));
    return new Caller(Optional.of(bare ? client.with(PodSpec.Proxy.NONE) : client));
  }

  /** Returns a world with the client in it, unless a Pod there has its name. */
  World joins(World world) {
    PodSpec client = pod.orElseThrow();
    return world.pods().stream().anyMatch(each -> each.id().equals(client.id()))
        ? world
        : world.with(client);
  }

  Sighting send(Scene scene, URI url, RawRequest request) throws IOException, InterruptedException {
    if (pod.isPresent()) {
      return scene.from(scene.pod(pod.get().namespace(), pod.get().name()), url, request);
    }
    SimulatedPod gateway =
        scene.pods().stream()
            .filter(each -> each.spec().proxy() == PodSpec.Proxy.GATEWAY)
            .findFirst()
            .orElseThrow(() -> new AssertionError("the page has no Gateway"));
    return scene.throughGateway(gateway, url, request);
  }
}
