package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class EnvtestDownloadTest {
  private static final Platform HERE = Platform.current();

  @TempDir private Path directory;
  private BinaryCache cache;
  private HttpServer server;
  private String url;
  private byte[] archive;

  @BeforeEach
  void serve() throws Exception {
    cache = new BinaryCache(directory.resolve("cache"));
    archive = archiveOf(Binaries.NAMES);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    answer("/archive", 200, archive);
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", url + "/archive");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void newestReleaseOfTheLineIsUnpackedIntoTheCache() throws Exception {
    index(
        entry("v1.35.0", "/nowhere", "00"),
        entry("v1.35.2", "/moved", sha512(archive)),
        entry("v1.35.3-rc.0", "/nowhere", "00"),
        entry("v1.36.0", "/nowhere", "00"));
    List<String> said = new ArrayList<>();

    BinarySource.Lookup lookup = look(said::add);

    Path entry = cache.root().resolve("v1.35.2");
    assertThat(lookup).isEqualTo(new BinarySource.Found(Binaries.in(entry)));
    assertThat(Binaries.missingIn(entry)).isEmpty();
    assertThat(Files.readString(entry.resolve("kubectl"))).contains("echo kubectl");
    assertThat(cache.newest("v1.35")).isPresent();
    try (Stream<Path> files = Files.list(entry)) {
      assertThat(files).hasSize(3);
    }
    assertThat(said)
        .containsExactly(
            "downloading etcd, kube-apiserver and kubectl v1.35.2 (about 70 MB) from 127.0.0.1");
  }

  @Test
  void wrongChecksumIsThrownAway() throws Exception {
    index(entry("v1.35.2", "/archive", sha512(new byte[] {1})));

    assertMissing("does not have the checksum");
    assertThat(cache.newest("v1.35")).isEmpty();
  }

  @Test
  void incompleteArchiveIsThrownAway() throws Exception {
    byte[] incomplete = archiveOf(List.of("etcd", "kube-apiserver"));
    answer("/incomplete", 200, incomplete);
    index(entry("v1.35.2", "/incomplete", sha512(incomplete)));

    assertMissing("the archive holds no kubectl");
    assertThat(cache.newest("v1.35")).isEmpty();
  }

  @Test
  void absentArchiveIsNamed() throws Exception {
    index(entry("v1.35.2", "/nowhere", "00"));

    assertMissing(url + "/nowhere answered 404");
  }

  @Test
  void otherLinesAndOtherPlatformsAreOfNoUse() throws Exception {
    index(
        entry("v1.34.9", "/archive", "00"),
        entry("v1.35.2", "/archive", "00").replace(HERE.os() + "-", "plan9-"));

    assertMissing("names no v1.35 archive for this platform");
  }

  @Test
  void damagedIndexIsOfNoUse() throws Exception {
    for (String text : List.of("", "releases: [", "- a", "releases: {v1.35.0: 7}")) {
      answer("/index" + text.length(), 200, text.getBytes(StandardCharsets.UTF_8));
      BinarySource.Lookup lookup =
          new EnvtestDownload(URI.create(url + "/index" + text.length()), cache)
              .look(Progress.silent());

      assertThat(lookup).isInstanceOf(BinarySource.Missing.class);
    }
  }

  @Test
  void noInternetIsFoundOutSoon() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    long start = System.nanoTime();

    BinarySource.Lookup lookup =
        new EnvtestDownload(URI.create("http://127.0.0.1:" + closed + "/index"), cache)
            .look(Progress.silent());

    assertThat(lookup)
        .asInstanceOf(type(BinarySource.Missing.class))
        .extracting(BinarySource.Missing::reason)
        .asString()
        .contains("cannot be reached");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  private void assertMissing(String reason) throws Exception {
    assertThat(look(Progress.silent()))
        .asInstanceOf(type(BinarySource.Missing.class))
        .extracting(BinarySource.Missing::reason)
        .asString()
        .contains(reason);
  }

  private BinarySource.Lookup look(Progress progress) throws Exception {
    return new EnvtestDownload(URI.create(url + "/index"), cache).look(progress);
  }

  private void index(String... entries) {
    answer(
        "/index", 200, ("releases:\n" + String.join("", entries)).getBytes(StandardCharsets.UTF_8));
  }

  private String entry(String version, String path, String sha512) {
    return """
          %s:
            envtest-%s-%s-%s.tar.gz:
              hash: "%s"
              selfLink: %s
        """
        .formatted(version, version, HERE.os(), HERE.arch(), sha512, url + path);
  }

  private void answer(String path, int status, byte[] body) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private byte[] archiveOf(List<String> names) throws IOException, InterruptedException {
    Path tree = Files.createTempDirectory(directory, "tree");
    Path inner = Files.createDirectories(tree.resolve("controller-tools/envtest"));
    for (String name : names) {
      FakeBinaries.script(inner.resolve(name), "echo " + name);
    }
    Path file = tree.resolve("a.tar.gz");
    Command.Result tar =
        Command.run(
            new ProcessBuilder(
                "tar", "-czf", file.toString(), "-C", tree.toString(), "controller-tools"),
            Duration.ofSeconds(20));
    assertThat(tar.exitCode()).isZero();
    return Files.readAllBytes(file);
  }

  private static String sha512(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
  }
}
