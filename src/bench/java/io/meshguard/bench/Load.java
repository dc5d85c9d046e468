package io.meshguard.bench;

import io.meshguard.admission.TrustAll;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSocket;

/**
 * Sends requests over some kept-alive connections. Plain sockets and as little reading as possible,
 * since the client takes its processor time from the server.
 *
 * @param server address of the server
 * @param connections how many at once
 */
record Load(URI server, int connections) {

  /**
   * What was measured.
   *
   * @param perSecond answers a second
   * @param p50 half of the answers took no longer, in microseconds
   * @param p99 99 of 100 answers took no longer, in microseconds
   * @param processor processor time of the server for an answer, in microseconds
   * @param allocated what the server allocated for an answer, in bytes
   */
  record Result(double perSecond, double p50, double p99, double processor, double allocated) {}

  /** Sends bodies to a path for some time. */
  Result run(String path, Bodies bodies, Duration time) {
    byte[] head = head(path, bodies.length());
    long end = System.nanoTime() + time.toNanos();
    ExecutorService threads =
        Executors.newFixedThreadPool(connections, task -> new Thread(task, ServerCost.CLIENT));
    try {
      ServerCost before = ServerCost.now();
      long start = System.nanoTime();
      List<Callable<long[]>> tasks = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        tasks.add(() -> send(head, bodies, end));
      }
      List<long[]> taken = new ArrayList<>();
      for (Future<long[]> future : threads.invokeAll(tasks)) {
        taken.add(future.get());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long[] all = taken.stream().flatMapToLong(Arrays::stream).sorted().toArray();
      ServerCost cost = ServerCost.now().since(before);
      return new Result(
          all.length / seconds,
          at(all, 0.50),
          at(all, 0.99),
          cost.processorNanos() / 1e3 / all.length,
          (double) cost.allocatedBytes() / all.length);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(sorted.length * share))] / 1e3;
  }

  private long[] send(byte[] head, Bodies bodies, long end)
      throws IOException, GeneralSecurityException {
    long[] taken = new long[1024];
    byte[] request = Arrays.copyOf(head, head.length + bodies.length());
    int count = 0;
    try (SSLSocket socket =
        (SSLSocket)
            TrustAll.context()
                .getSocketFactory()
                .createSocket(server.getHost(), server.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 16_384);
      while (System.nanoTime() < end) {
        bodies.next(request, head.length);
        long sent = System.nanoTime();
        out.write(request);
        out.flush();
        read(in);
        if (count == taken.length) {
          taken = Arrays.copyOf(taken, count * 2);
        }
        taken[count++] = System.nanoTime() - sent;
      }
    }
    return Arrays.copyOf(taken, count);
  }

  private static void read(InputStream in) throws IOException {
    int length = -1;
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException("answered " + status);
    }
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    if (in.readNBytes(length).length != length) {
      throw new IOException("the answer ended early");
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection was closed");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  private static byte[] head(String path, int length) {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".formatted(path)
            + "Accept: application/json\r\nContent-Length: %d\r\n\r\n".formatted(length);
    return head.getBytes(StandardCharsets.US_ASCII);
  }
}
