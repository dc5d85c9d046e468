package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sidecars with certificates of istiod's own authority. */
@RequiresDataPlane
final class MutualTlsIT {
  private static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata:
        name: default
        namespace: shop
      spec:
        mtls:
          mode: STRICT
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: catalog
        namespace: shop
      spec:
        ports:
        - name: http
          port: 80
          targetPort: 8080
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: catalog
        namespace: shop
        labels:
          app: catalog
          sidecar.istio.io/inject: "true"
      spec:
        containers:
        - name: catalog
          image: catalog:1
      """;

  private final DataPlane plane;

  MutualTlsIT(DataPlane plane) {
    this.plane = plane;
  }

  @BeforeEach
  void withMutualTls() throws Exception {
    plane.useMutualTls(true);
  }

  @AfterEach
  void withoutMutualTls() throws Exception {
    plane.useMutualTls(false);
  }

  @Test
  void sidecarsMeetWithCertificatesAndOthersAreReset() throws Exception {
    PodSpec bare = PodSpec.client("shop", "bare").with(PodSpec.Proxy.NONE);
    for (String version : plane.envoyVersions()) {
      plane.useEnvoy(version);
      World world = World.of(List.of(STRICT)).with(PodSpec.client("shop", "web")).with(bare);
      try (Scene scene = plane.open(world)) {
        Sighting seen = call(scene, "web");
        assertThat(seen.response().status()).as(seen.toString()).isEqualTo(200);
        assertThat(seen.tries().get(0).request().header("x-forwarded-client-cert"))
            .contains("By=spiffe://cluster.local/ns/shop/sa/default")
            .contains("URI=spiffe://cluster.local/ns/shop/sa/default");
        assertThat(call(scene, "bare").response().status()).isEqualTo(RawResponse.RESET);
      }
    }
  }

  @Test
  void aMeshWithoutItHasNoneAgain() throws Exception {
    plane.useMutualTls(false);
    World world = World.of(List.of(STRICT.substring(STRICT.indexOf("---"))));
    try (Scene scene = plane.open(world.with(PodSpec.client("shop", "web")))) {
      Sighting seen = call(scene, "web");

      assertThat(seen.response().status()).isEqualTo(200);
      assertThat(seen.tries().get(0).request().header("x-forwarded-client-cert")).isEmpty();
    }
  }

  @Test
  void aPodThatIsRemovedLeavesNoAgent() throws Exception {
    World world = World.of(List.of(STRICT));
    try (Scene scene = plane.open(world)) {
      assertThat(agents()).as("an agent and what it takes for its Envoy").hasSize(2);
      assertThat(scene.pods()).hasSize(1);
    }
    assertThat(agents()).isEmpty();
  }

  private List<String> agents() {
    String files = plane.controlPlane().directory() + "/dp/s";
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(files))
        .toList();
  }

  private static Sighting call(Scene scene, String client) throws Exception {
    return scene.from(
        scene.pod("shop", client), URI.create("http://catalog/"), RawRequest.get("catalog", "/"));
  }
}
