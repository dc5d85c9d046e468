package io.meshguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.meshguard.kube.Trouble;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Asks the API server for its version every three seconds, so that it is known at each moment when
 * it last answered. Watches that are open and silent do not tell that: they look the same where
 * nothing changes and where nobody is there. Everybody who can log in may ask it, and no API server
 * reads its store for it. Has a thread of its own and no other work, and a client of its own: where
 * a firewall has forgotten all connections, those that others left in a shared client would each
 * take an answer's time until a new one is made.
 */
final class Heartbeat implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Heartbeat.class);
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int SERVER_ERROR = 500;

  private final KubernetesClient client;
  private final LongSupplier nanos;
  private final Thread thread;
  private volatile long answered;
  private volatile boolean closed;

  /**
   * Makes one that asks nothing yet.
   *
   * @param client asks nothing else; closed with this
   */
  Heartbeat(KubernetesClient client) {
    this.client = client;
    this.nanos = System::nanoTime;
    this.answered = nanos.getAsLong();
    this.thread = new Thread(this::run, "heartbeat");
    thread.setDaemon(true);
  }

  /** Begins to ask. */
  void start() {
    thread.start();
  }

  /** Returns for how long nothing has been heard of the API server. */
  Duration silence() {
    return Duration.ofNanos(nanos.getAsLong() - answered);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    client.close();
  }

  private void run() {
    while (!closed) {
      long begin = nanos.getAsLong();
      try {
        ask(begin);
        // one that waited in vain for long asks again at once, on a new connection
        TimeUnit.NANOSECONDS.sleep(begin + EVERY.toNanos() - nanos.getAsLong());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warnf("the API server cannot be asked whether it answers: %s", Trouble.of(e));
      }
    }
  }

  /** An answer shows that it was there when it was asked, and perhaps no later. */
  private void ask(long begin) throws InterruptedException {
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(URI.create(client.getMasterUrl().toString()).resolve("version"))
            .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.getHttpClient().sendAsync(request, byte[].class);
    try {
      // a refusal is an answer too, but that of a proxy with nobody behind it is none
      if (answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).code() < SERVER_ERROR) {
        answered = begin;
      }
    } catch (TimeoutException | ExecutionException e) {
      answer.cancel(true);
      LOG.debugf("the API server does not answer: %s", Trouble.of(e));
    }
  }
}
