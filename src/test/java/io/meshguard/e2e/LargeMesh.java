package io.meshguard.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A mesh as it grows in a company: objects of some kilobytes each, spread over namespaces.
 *
 * @param routed how many Services there are, each with a VirtualService and a DestinationRule
 * @param deployments how many Deployments there are
 * @param namespaces over how many namespaces they are spread
 */
record LargeMesh(int routed, int deployments, int namespaces) {

  /** The size that Meshguard is made for. */
  static final LargeMesh WHOLE = new LargeMesh(5_000, 2_000, 100);

  private static final int THREADS = 6;

  /** Returns the same mesh with a part of the objects, in as many namespaces. */
  LargeMesh part(int divisor) {
    return new LargeMesh(routed / divisor, deployments / divisor, namespaces);
  }

  /** Returns how many objects of these kinds there are. */
  int objects() {
    return 3 * routed + deployments;
  }

  /** Creates all objects. */
  void create(KubernetesClient client) throws Exception {
    List<Callable<Void>> namespaced = new ArrayList<>();
    for (int i = 0; i < namespaces; i++) {
      String manifest =
          """
          {"apiVersion":"v1","kind":"Namespace",
           "metadata":{"name":"team-%d","labels":{"istio.io/rev":"1-24-3"}}}\
          """
              .formatted(i);
      namespaced.add(() -> post(client, "/api/v1/namespaces", manifest));
    }
    List<Callable<Void>> objects = new ArrayList<>();
    String istio = "/apis/networking.istio.io/v1/namespaces/%s/";
    add(objects, client, routed, "service.json", "/api/v1/namespaces/%s/services");
    add(objects, client, routed, "virtual-service.json", istio + "virtualservices");
    add(objects, client, routed, "destination-rule.json", istio + "destinationrules");
    add(objects, client, deployments, "deployment.json", "/apis/apps/v1/namespaces/%s/deployments");
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      all(threads, namespaced);
      all(threads, objects);
    } finally {
      threads.shutdownNow();
    }
  }

  private void add(
      List<Callable<Void>> tasks, KubernetesClient client, int count, String file, String path)
      throws IOException {
    String template = new ObjectMapper().readTree(Manifests.resource("large/" + file)).toString();
    for (int i = 0; i < count; i++) {
      String namespace = "team-" + i % namespaces;
      String manifest =
          template
              .replace("NAMESPACE", namespace)
              .replace("NAME", "backend-" + i)
              .replace("NUMBER", Integer.toString(i % 50));
      tasks.add(() -> post(client, path.formatted(namespace), manifest));
    }
  }

  private static void all(ExecutorService threads, List<Callable<Void>> tasks)
      throws InterruptedException, ExecutionException {
    for (Future<Void> done : threads.invokeAll(tasks)) {
      done.get();
    }
  }

  private static Void post(KubernetesClient client, String path, String manifest) {
    client.raw(path, "POST", manifest);
    return null;
  }
}
