package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.controlplane.ControlPlane;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One Envoy, configured by istiod over ADS. */
final class Envoy {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START_MILLIS = 30_000;

  private final String proxyId;
  private final Process process;
  private final Path admin;
  private final Path log;
  private final Path errors;

  private Envoy(String proxyId, Process process, Path admin, Path log, Path errors) {
    this.proxyId = proxyId;
    this.process = process;
    this.admin = admin;
    this.log = log;
    this.errors = errors;
  }

  /**
   * Starts one in a network namespace.
   *
   * @param name a number, a dash and a name, with which its files in the directory begin
   */
  static Envoy start(
      ControlPlane guests,
      Path program,
      Path directory,
      String name,
      EnvoyBootstrap bootstrap,
      List<String> enter)
      throws IOException {
    Path admin = directory.resolve("e" + name.substring(0, name.indexOf('-')));
    Path config = directory.resolve(name + ".json");
    Path log = Files.createFile(directory.resolve(name + "-access.log"));
    Path errors = directory.resolve(name + "-envoy.log");
    Files.write(config, JSON.writeValueAsBytes(bootstrap.tree(admin)));
    List<String> command = new ArrayList<>(enter);
    command.add(program.toString());
    command.addAll(
        List.of(
            "--config-path",
            config.toString(),
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "--file-flush-interval-msec",
            "20",
            "--drain-time-s",
            "1",
            "--log-level",
            "warning"));
    Process process =
        guests.startGuest(
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(log.toFile())
                .redirectError(errors.toFile()));
    return new Envoy(bootstrap.proxyId(), process, admin, log, errors);
  }

  /** Returns what istiod knows it by. */
  String proxyId() {
    return proxyId;
  }

  /** Waits until it serves with the first configuration. */
  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_MILLIS * 1_000_000;
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new IOException("Envoy gave up:\n" + lastErrors());
      }
      if (Files.exists(admin) && ask("/ready").filter(a -> a.status() == 200).isPresent()) {
        return;
      }
      Thread.sleep(10);
    }
    throw new IOException("Envoy is not ready after 30 s:\n" + lastErrors());
  }

  /** Returns a page of its administration interface as a tree. */
  JsonNode dump(String path) throws IOException {
    RawResponse answer = ask(path).orElseThrow(() -> new IOException("no answer for " + path));
    if (answer.status() != 200) {
      throw new IOException(path + " is answered " + answer.status() + ": " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  private Optional<RawResponse> ask(String path) {
    try (HttpConnection connection = adminConnection()) {
      RawResponse answer =
          connection.send(RawRequest.get("admin", path).with("Connection", "close"));
      return Optional.of(answer).filter(a -> a.status() != RawResponse.RESET);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private HttpConnection adminConnection() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(admin));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new HttpConnection(channel);
  }

  /** Returns where the access log ends now. */
  long logEnd() throws IOException {
    return Files.size(log);
  }

  /** Returns the whole lines of the access log from a position on. */
  List<String> logFrom(long position) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.max(0, file.length() - position)];
      file.seek(position);
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }
  }

  /** Returns the end of what it complained of. */
  String lastErrors() throws IOException {
    List<String> lines = Files.readAllLines(errors);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
  }

  void close() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    Files.deleteIfExists(admin);
  }
}
