package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The data plane itself: what it promises to the tests that stand on it. */
@RequiresDataPlane
final class DataPlaneIT {
  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog, namespace: shop}
      spec:
        hosts: [catalog]
        http:
        - fault: {abort: {httpStatus: %d, percentage: {value: 100}}}
          route: [{destination: {host: catalog}}]
      """;

  private static final String REFUSED =
      """
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: too-large, namespace: shop}
      spec:
        configPatches:
        - applyTo: NETWORK_FILTER
          match:
            context: SIDECAR_OUTBOUND
            listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}
          patch:
            operation: MERGE
            value:
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                max_request_headers_kb: 9000
      """;

  private static final String TWO_PROTOCOLS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: shop}
      spec:
        selector: {app: catalog}
        ports:
        - {name: http-a, port: 80, targetPort: 8080}
        - {name: grpc-b, port: 81, targetPort: 8081}
      """;

  private final DataPlane plane;

  DataPlaneIT(DataPlane plane) {
    this.plane = plane;
  }

  @Test
  void whatIsAppliedIsThereWhenAwaitReturns() throws Exception {
    World world = World.of(List.of(ROUTES.formatted(418))).with(PodSpec.client("shop", "web"));
    try (Scene scene = plane.open(world)) {
      for (int status = 420; status < 440; status++) {
        plane.apply(ROUTES.formatted(status));
        long start = System.nanoTime();
        plane.await();
        long millis = (System.nanoTime() - start) / 1_000_000;

        Sighting seen =
            scene.from(
                scene.pod("shop", "web"),
                URI.create("http://catalog/"),
                RawRequest.get("catalog", "/"));

        assertThat(seen.response().status()).isEqualTo(status);
        assertThat(seen.log().orElseThrow().flags()).isEqualTo("FI");
        assertThat(millis).as("milliseconds until it was there").isLessThan(5_000);
      }
    }
  }

  @Test
  void aRefusalIsToldInEnvoysOwnWords() throws Exception {
    World world =
        World.of(List.of(ROUTES.formatted(418), REFUSED)).with(PodSpec.client("shop", "web"));

    assertThatThrownBy(() -> plane.open(world).close())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("web.shop refuses its Listener")
        .hasMessageContaining("max_request_headers_kb");
  }

  /** What a server gets depends on the name of its port, not on what the client speaks. */
  @Test
  void aServerSaysWhichHttpReachedIt() throws Exception {
    World world = World.of(List.of(TWO_PROTOCOLS)).with(PodSpec.client("shop", "web"));
    try (Scene scene = plane.open(world)) {
      for (String version : List.of("HTTP/1.1", "HTTP/2")) {
        assertThat(protocol(scene, 80, version)).isEqualTo("HTTP/1.1");
        assertThat(protocol(scene, 81, version)).isEqualTo("HTTP/2");
      }
    }
  }

  private static String protocol(Scene scene, int port, String version) throws Exception {
    Sighting seen =
        scene.from(
            scene.pod("shop", "web"),
            URI.create("http://catalog:" + port + "/"),
            RawRequest.get("catalog:" + port, "/").withVersion(version));
    assertThat(seen.response().status()).isEqualTo(200);
    assertThat(seen.response().version()).isEqualTo(version);
    return seen.tries().get(0).request().version();
  }

  @Test
  void aNameThatNobodyRegistersLeadsOutside() throws Exception {
    World world = World.of(List.of(ROUTES.formatted(418))).with(PodSpec.client("shop", "web"));
    try (Scene scene = plane.open(world)) {
      Sighting seen =
          scene.from(
              scene.pod("shop", "web"),
              URI.create("http://www.example.org/"),
              RawRequest.get("www.example.org", "/"));

      assertThat(seen.response().status()).isEqualTo(200);
      assertThat(seen.log().orElseThrow().upstreamCluster()).isEqualTo("PassthroughCluster");
      assertThat(seen.tries().get(0).pod()).isEqualTo("internet");
    }
  }

  @Test
  void nothingOutlivesAKilledProcess() throws Exception {
    Set<String> before = links();
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DataPlaneHost.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
      String directory = String.valueOf(out.readLine());
      String millis = String.valueOf(out.readLine());
      assertThat(running(directory)).contains("envoy", "pilot-discovery", "tail", "java", "etcd");
      assertThat(links()).hasSize(before.size() + 1);

      parent.destroyForcibly().waitFor();

      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (System.nanoTime() < end
          && (!running(directory).isEmpty()
              || Files.exists(Path.of(directory))
              || links().size() > before.size())) {
        Thread.sleep(50);
      }
      assertThat(running(directory)).isEmpty();
      assertThat(Path.of(directory)).doesNotExist();
      assertThat(links()).isEqualTo(before);
      System.out.printf("milliseconds to start control plane and data plane: %s%n", millis);
    } finally {
      parent.destroyForcibly();
    }
  }

  private static Set<String> running(String directory) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(directory + "/"))
        .map(process -> process.info().command().orElse(""))
        .map(command -> Path.of(command).getFileName().toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> links() throws Exception {
    return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
        .map(NetworkInterface::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
