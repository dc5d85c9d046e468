package io.meshguard.e2e;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that create objects all the time: in one namespace whose webhook fails open and one whose
 * webhook fails closed, each time one that is to be patched and one that is to be denied.
 */
final class Load implements AutoCloseable {

  static final String OPEN = "replicas-open";
  static final String CLOSED = "replicas-closed";
  static final int THREADS = 3;

  private static final int PAUSE_MILLIS = 20;
  private static final int RETRY_MILLIS = 100;
  private static final int MOST_TRIES = 50;

  private final Live live;
  private final String prefix;
  private final Map<Outcome, Integer> counts = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<Future<?>> running = new ArrayList<>();
  private volatile boolean stopped;

  /** What became of an object. */
  enum Outcome {
    /** It was patched and stored, or denied, as it was to be. */
    JUDGED,
    /** It was stored as it came: failing open. */
    SLIPPED_IN,
    /** It was refused because nobody answered: failing closed. */
    FAILED,
    /** It was refused because nobody answered, again and again. */
    GIVEN_UP,
    /** Anything else, a wrong denial above all. */
    WRONG
  }

  private Load(Live live, String prefix) {
    this.live = live;
    this.prefix = prefix;
  }

  /** Starts to create objects whose names begin with a prefix. */
  static Load start(Live live, String prefix) {
    Load load = new Load(live, prefix);
    for (int i = 0; i < THREADS; i++) {
      load.running.add(load.threads.submit(load::work));
    }
    return load;
  }

  int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  /** Returns when so many more objects were judged. */
  void awaitMore(int objects) throws InterruptedException {
    int before = count(Outcome.JUDGED);
    Await.until("objects are judged", () -> count(Outcome.JUDGED) >= before + objects);
  }

  private Void work() throws Exception {
    while (!stopped) {
      String name = prefix + number.incrementAndGet();
      for (String namespace : List.of(OPEN, CLOSED)) {
        create(namespace, Manifests.shadowed(name + "-bad"), true);
        create(
            namespace,
            Manifests.virtualService(name + "-good", Manifests.routeWithImplicitRetries("api")),
            false);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
    return null;
  }

  /** Creates an object, as often as nobody answers. */
  private void create(String namespace, String manifest, boolean bad) throws Exception {
    for (int tried = 1; tried <= MOST_TRIES; tried++) {
      Outcome outcome = outcome(send(namespace, manifest), bad);
      add(outcome);
      if (outcome != Outcome.FAILED) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    }
    add(Outcome.GIVEN_UP);
  }

  private void add(Outcome outcome) {
    counts.merge(outcome, 1, Integer::sum);
  }

  private static Outcome outcome(HttpResponse<String> answer, boolean bad) throws Exception {
    String body = answer.bodyString();
    return switch (answer.code()) {
      case 201 -> !bad && body.contains("\"attempts\"") ? Outcome.JUDGED : Outcome.SLIPPED_IN;
      case 422 -> bad && body.contains("[unreachable-route]") ? Outcome.JUDGED : Outcome.WRONG;
      case 500 -> body.contains("failed calling webhook") ? Outcome.FAILED : Outcome.WRONG;
      default -> Outcome.WRONG;
    };
  }

  private HttpResponse<String> send(String namespace, String manifest) throws Exception {
    HttpClient client = live.client().getHttpClient();
    URI uri =
        live.controlPlane()
            .server()
            .resolve("/apis/networking.istio.io/v1/namespaces/" + namespace + "/virtualservices");
    return client
        .sendAsync(
            client
                .newHttpRequestBuilder()
                .uri(uri)
                .post(
                    "application/yaml",
                    manifest.replace("namespace: shop\n", "namespace: " + namespace + "\n"))
                .build(),
            String.class)
        .get();
  }

  /** Ends the load and tells what stopped a thread, if anything did. */
  @Override
  public void close() throws Exception {
    stopped = true;
    threads.shutdown();
    for (Future<?> thread : running) {
      thread.get();
    }
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
