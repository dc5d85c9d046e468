package io.meshguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** An editor that writes and reads frames by itself, so that nothing helps the server. */
final class RawEditor implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();
  private static final long SECONDS = 30;

  private final OutputStream out;
  private final InputStream in;
  private final CompletableFuture<Integer> ended;
  private final List<JsonNode> received = new ArrayList<>();
  private final AutoCloseable connection;
  private int last;
  private boolean closed;

  private RawEditor(
      OutputStream out,
      InputStream in,
      CompletableFuture<Integer> ended,
      AutoCloseable connection) {
    this.out = out;
    this.in = in;
    this.ended = ended;
    this.connection = connection;
    Thread reader = new Thread(this::read, "editor");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts the server in this process, behind a socket. */
  static RawEditor inside(String... arguments) throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Socket mine = new Socket(server.getInetAddress(), server.getLocalPort());
    Socket its = server.accept();
    server.close();
    String[] all = new String[arguments.length + 1];
    all[0] = "lsp";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    PrintStream output = new PrintStream(its.getOutputStream(), false, StandardCharsets.UTF_8);
    PrintStream errors = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    InputStream input = its.getInputStream();
    Thread thread =
        new Thread(() -> ended.complete(Main.run(all, input, output, errors)), "server");
    thread.setDaemon(true);
    thread.start();
    return new RawEditor(
        mine.getOutputStream(),
        mine.getInputStream(),
        ended,
        () -> {
          mine.close();
          its.close();
        });
  }

  /** Starts the real program. */
  static RawEditor outside(Path errors) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                "io.meshguard.cli.Main",
                "lsp")
            .redirectError(errors.toFile())
            .start();
    return new RawEditor(
        process.getOutputStream(),
        process.getInputStream(),
        process.onExit().thenApply(Process::exitValue),
        process::destroyForcibly);
  }

  /** Returns the answer to initialize. */
  JsonNode begin(Path... folders) throws IOException {
    return begin(JsonNodeFactory.instance.objectNode(), folders);
  }

  JsonNode begin(JsonNode options, Path... folders) throws IOException {
    ObjectNode params = JSON.createObjectNode();
    params.put("processId", ProcessHandle.current().pid());
    params
        .putObject("capabilities")
        .putObject("workspace")
        .putObject("workspaceEdit")
        .put("documentChanges", true);
    params.set("initializationOptions", options);
    ArrayNode list = params.putArray("workspaceFolders");
    for (Path folder : folders) {
      list.addObject().put("uri", uri(folder)).put("name", "x");
    }
    JsonNode result = ask("initialize", params);
    tell("initialized", JSON.createObjectNode());
    return result;
  }

  static String uri(Path file) {
    String uri = file.toUri().toString();
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }

  void open(Path file, String text) throws IOException {
    ObjectNode params = JSON.createObjectNode();
    params
        .putObject("textDocument")
        .put("uri", uri(file))
        .put("languageId", "yaml")
        .put("version", 1)
        .put("text", text);
    tell("textDocument/didOpen", params);
  }

  /** Replaces the whole text. */
  void type(Path file, int version, String text) throws IOException {
    ObjectNode params = at(file);
    ((ObjectNode) params.path("textDocument")).put("version", version);
    params.putArray("contentChanges").addObject().put("text", text);
    tell("textDocument/didChange", params);
  }

  /** Replaces a range. */
  void type(Path file, int version, int[] range, String text) throws IOException {
    ObjectNode params = at(file);
    ((ObjectNode) params.path("textDocument")).put("version", version);
    ObjectNode change = params.putArray("contentChanges").addObject().put("text", text);
    change.set("range", range(range));
    tell("textDocument/didChange", params);
  }

  static ObjectNode range(int... places) {
    ObjectNode range = JSON.createObjectNode();
    range.putObject("start").put("line", places[0]).put("character", places[1]);
    range.putObject("end").put("line", places[2]).put("character", places[3]);
    return range;
  }

  static ObjectNode at(Path file) {
    ObjectNode params = JSON.createObjectNode();
    params.putObject("textDocument").put("uri", uri(file));
    return params;
  }

  static ObjectNode at(Path file, int line, int character) {
    ObjectNode params = at(file);
    params.putObject("position").put("line", line).put("character", character);
    return params;
  }

  JsonNode actions(Path file, int... range) throws IOException {
    ObjectNode params = at(file);
    params.set("range", range(range));
    params.putObject("context").putArray("diagnostics");
    return ask("textDocument/codeAction", params);
  }

  void tell(String method, JsonNode params) throws IOException {
    ObjectNode message = JSON.createObjectNode().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    frame(message);
  }

  /** Returns the result, or the whole answer where it is an error. */
  JsonNode ask(String method, JsonNode params) throws IOException {
    int id = ++last;
    ObjectNode message =
        JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id).put("method", method);
    message.set("params", params);
    frame(message);
    JsonNode answer = await(one -> one.path("id").asInt(-1) == id && !one.has("method"));
    return answer.has("error") ? answer : answer.path("result");
  }

  /** Returns the diagnostics of a state of a document. */
  JsonNode diagnostics(Path file, int version) {
    return await(
            one ->
                one.path("method").asText().equals("textDocument/publishDiagnostics")
                    && one.path("params").path("uri").asText().equals(uri(file))
                    && one.path("params").path("version").asInt(-1) == version)
        .path("params")
        .path("diagnostics");
  }

  /** Returns the first message that is so, and forgets it. */
  JsonNode await(Predicate<JsonNode> which) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    synchronized (received) {
      while (true) {
        for (int i = 0; i < received.size(); i++) {
          if (which.test(received.get(i))) {
            return received.remove(i);
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0 || closed) {
          throw new AssertionError("no such message among " + received);
        }
        try {
          received.wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** Returns how many messages came that are so. */
  long count(Predicate<JsonNode> which) {
    synchronized (received) {
      return received.stream().filter(which).count();
    }
  }

  void frame(JsonNode message) throws IOException {
    byte[] body = JSON.writeValueAsBytes(message);
    raw(("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    raw(body);
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  int end() throws IOException, InterruptedException, ExecutionException, TimeoutException {
    ask("shutdown", JsonNodeFactory.instance.nullNode());
    tell("exit", JsonNodeFactory.instance.nullNode());
    return exitCode();
  }

  int exitCode() throws InterruptedException, ExecutionException, TimeoutException {
    return ended.get(SECONDS, TimeUnit.SECONDS);
  }

  void closeInput() throws IOException {
    out.close();
  }

  private void read() {
    try {
      while (true) {
        int length = -1;
        for (String line = line(); !line.isEmpty(); line = line()) {
          if (line.startsWith("Content-Length: ")) {
            length = Integer.parseInt(line.substring("Content-Length: ".length()).strip());
          } else if (!line.startsWith("Content-Type: ")) {
            throw new IOException("no header: " + line);
          }
        }
        JsonNode message = JSON.readTree(in.readNBytes(length));
        synchronized (received) {
          received.add(message);
          received.notifyAll();
        }
      }
    } catch (IOException | RuntimeException over) {
      synchronized (received) {
        closed = true;
        received.notifyAll();
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("closed");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws Exception {
    connection.close();
  }
}
