package io.meshguard.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.admission.TrustAll;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The server as the image starts it, in a container of 512 MiB, under everything that a client can
 * send: it does not end, nobody else waits much longer, and no denial is lost.
 */
@RequiresControlPlane
final class AttackIT {

  private static final String MEMORY = "512m";
  private static final long MEMORY_MEBIBYTES = 512;

  /** Together they are twice the heap of the server, as trees. */
  private static final int STORED = 60;

  private static final int CALM = 400;
  private static final int ATTACKERS = 6;
  private static final Duration CALLER = Duration.ofSeconds(20);

  /** Two cores carry the attackers as well, and how much of them that takes is left to chance. */
  private static final Duration MARGIN = Duration.ofMillis(600);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .sslContext(TrustAll.context())
          .build();

  AttackIT() throws Exception {}

  @Test
  void nobodyCanEndTheServerOrHaveOthersWait() throws Exception {
    assumeThat(Path.of("/proc/self/status")).exists();
    try (MemoryLimit limit = MemoryLimit.of(MEMORY_MEBIBYTES << 20);
        ControlPlane controlPlane = controlPlane()) {
      ImageProcess server = new ImageProcess(controlPlane, MEMORY, Map.of(), limit.launcher());
      server.awaitReady();
      ordinary(server, 2 * CALM);
      Duration calm = p99(ordinary(server, CALM));

      Map<String, Supplier<byte[]>> bodies = Hostile.bodies();
      for (Map.Entry<String, Supplier<byte[]>> entry : bodies.entrySet()) {
        Duration took = oneAfterAnother(server, entry.getKey(), entry.getValue());
        System.out.printf("%-28s %5d ms%n", entry.getKey(), took.toMillis());
      }
      Duration attacked = attackedBy(server, List.copyOf(bodies.values()));
      stalled(server);
      Duration after = p99(ordinary(server, CALM));
      System.out.printf(
          "ordinary reviews, p99: %d ms calm, %d ms attacked, %d ms after; at most %d MiB%n",
          calm.toMillis(), attacked.toMillis(), after.toMillis(), server.mebibytes("VmHWM"));

      assertThat(server.isAlive()).as(server.log()).isTrue();
      assertThat(server.ready()).isTrue();
      assertThat(server.mebibytes("VmHWM")).isLessThanOrEqualTo(MEMORY_MEBIBYTES);
      assertThat(attacked).isLessThanOrEqualTo(calm.multipliedBy(3).plus(MARGIN));
      assertThat(server.log()).doesNotContain("OutOfMemoryError", "StackOverflowError");
    }
  }

  /**
   * Whatever is stored, within what an API server stores, a server knows the rest of the mesh, and
   * one that starts anew becomes ready: what one tenant stores must not blind it for all.
   */
  @Test
  void nothingThatIsStoredEndsTheServerOrKeepsItFromStarting() throws Exception {
    assumeThat(Path.of("/proc/self/status")).exists();
    try (MemoryLimit limit = MemoryLimit.of(MEMORY_MEBIBYTES << 20);
        ControlPlane controlPlane = controlPlane()) {
      store(controlPlane);
      ImageProcess server = new ImageProcess(controlPlane, MEMORY, Map.of(), limit.launcher());
      server.awaitReady();
      ordinary(server, CALM);
      System.out.printf(
          "%d objects of %d KiB stored: at most %d MiB%n",
          STORED, Hostile.stored(0).length() / 1024, server.mebibytes("VmHWM"));

      assertThat(server.isAlive()).as(server.log()).isTrue();
      assertThat(server.ready()).isTrue();
      assertThat(server.log()).doesNotContain("OutOfMemoryError");
    }
  }

  /** Returns a control plane with a small mesh. */
  private static ControlPlane controlPlane() throws Exception {
    ControlPlane controlPlane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent());
    controlPlane.applyCrds(IstioCrds.load(Progress.silent()).yaml());
    controlPlane.kubectl().runWithInput(Manifests.resource("mesh.yaml"), "apply", "-f", "-");
    return controlPlane;
  }

  private static void store(ControlPlane controlPlane) throws Exception {
    try (KubernetesClient client = Clients.of(controlPlane)) {
      client.raw(
          "/api/v1/namespaces",
          "POST",
          "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"tenant\"}}");
      for (int i = 0; i < STORED; i++) {
        client.raw(
            "/apis/networking.istio.io/v1alpha3/namespaces/tenant/envoyfilters",
            "POST",
            Hostile.stored(i));
      }
    }
  }

  /** Sends a body twice and returns how long the second one took; neither is a denial. */
  private Duration oneAfterAnother(ImageProcess server, String name, Supplier<byte[]> body)
      throws Exception {
    Duration took = Duration.ZERO;
    for (int i = 0; i < 2; i++) {
      byte[] fresh = body.get();
      long begin = System.nanoTime();
      HttpResponse<String> answer = post(server, fresh);
      took = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(answer.statusCode()).as(name).isEqualTo(200);
      assertThat(server.isAlive()).as("after %s: %s", name, server.log()).isTrue();
    }
    return took;
  }

  /** Returns the p99 of ordinary reviews while many clients send everything at once. */
  private Duration attackedBy(ImageProcess server, List<Supplier<byte[]>> bodies) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Void>> attackers = new ArrayList<>();
    for (int i = 0; i < ATTACKERS; i++) {
      int first = i;
      attackers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int next = first; !over.get(); next += ATTACKERS + 1) {
                  attempt(server, bodies.get(next % bodies.size()).get());
                }
              },
              task -> new Thread(task, "attacker").start()));
    }
    List<Duration> times = ordinary(server, CALM, CALM / 100);
    over.set(true);
    attackers.forEach(CompletableFuture::join);
    return p99(times);
  }

  /** Opens many requests with large bodies that never end. */
  private void stalled(ImageProcess server) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 45; i++) {
        URI address = server.address();
        Socket socket =
            TrustAll.context()
                .getSocketFactory()
                .createSocket(address.getHost(), address.getPort());
        sockets.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(
            """
            POST /validate?timeout=30s HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Content-Length: 6900000\r
            \r
            """
                .getBytes(UTF_8));
        try {
          out.write(new byte[6_800_000]);
          out.flush();
        } catch (IOException e) {
          // The server has closed the connection, for there is no room or a slower one was there.
          socket.close();
        }
        ordinary(server, 1);
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Sends ordinary reviews, every second one to be refused, and returns how long each took. */
  private List<Duration> ordinary(ImageProcess server, int count) throws Exception {
    return ordinary(server, count, 0);
  }

  /**
   * Does the same.
   *
   * @param mostShed of them may find no place soon enough, for which failurePolicy decides
   */
  private List<Duration> ordinary(ImageProcess server, int count, int mostShed) throws Exception {
    List<Duration> times = new ArrayList<>();
    int shed = 0;
    for (int i = 0; i < count; i++) {
      boolean bad = i % 2 == 0;
      byte[] body = Hostile.ordinary(bad);
      long begin = System.nanoTime();
      HttpResponse<String> answer = post(server, body);
      times.add(Duration.ofNanos(System.nanoTime() - begin));
      if (answer.statusCode() == 503 && answer.body().startsWith("too many reviews at once")) {
        assertThat(++shed).as(answer.body()).isLessThanOrEqualTo(mostShed);
        continue;
      }
      JsonNode response = JSON.readTree(answer.body()).path("response");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(response.path("allowed").asBoolean()).as(answer.body()).isEqualTo(!bad);
    }
    return times;
  }

  private static Duration p99(List<Duration> times) {
    List<Duration> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    return sorted.get(sorted.size() * 99 / 100);
  }

  /** What becomes of it is the server's to decide; that it ends is seen elsewhere. */
  private void attempt(ImageProcess server, byte[] body) {
    try {
      post(server, body);
    } catch (IOException e) {
      // turned away while the body was on its way
      assertThat(server.isAlive()).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<String> post(ImageProcess server, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(server.address().resolve("/validate?timeout=3s"))
            .timeout(CALLER)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
