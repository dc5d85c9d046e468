package io.meshguard.deploy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server sends its spans to a collector that is named, and to none else. */
final class TracingIT {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  @TempDir Path folder = Path.of("");

  @Test
  void aReviewArrivesAsASpanOfTheCallersTrace() throws Exception {
    LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    HttpServer collector = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          arrived.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (PackagedServer server =
        PackagedServer.start(folder, Map.of("MESHGUARD_TRACING_ENDPOINT", endpoint))) {
      Map<String, String> caller = Map.of("traceparent", "00-" + TRACE + "-" + PARENT + "-01");
      assertThat(server.post("/validate", LogIT.DENIED, caller)).contains("\"allowed\":false");

      String spans = arrived.poll(60, TimeUnit.SECONDS);
      assertThat(spans)
          .as(server.log())
          .contains("review validate", "meshguard.kind", "VirtualService.networking.istio.io")
          .contains("meshguard.operation", "CREATE", "meshguard.verdict", "denied")
          .contains(bytes(TRACE), bytes(PARENT));
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void aCollectorThatIsAwayCostsNothing() throws Exception {
    Map<String, String> nobody = Map.of("MESHGUARD_TRACING_ENDPOINT", "http://127.0.0.1:1");
    try (PackagedServer server = PackagedServer.start(folder, nobody)) {
      assertThat(server.post("/validate", LogIT.DENIED, Map.of())).contains("\"allowed\":false");
    }
  }

  private static String bytes(String hex) {
    return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
  }
}
