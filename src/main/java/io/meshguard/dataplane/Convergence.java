package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ApiClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells when every proxy has what was applied, without guessing at times. First istiod must have
 * seen the objects (its debug pages list them with their versions). Then a cluster with a new name
 * is added to all proxies: the push that brings it is the first that surely holds everything, and
 * its version stands in the nonces of all later answers. A proxy has arrived when it has
 * acknowledged answers of that version or a later one for all that it watches.
 */
final class Convergence {
  private static final String FENCE = "meshguard-fence";
  private static final long LIMIT_MILLIS = 20_000;
  private static final int UUID_LENGTH = 36;

  private final ApiClient api;
  private final Istiod istiod;
  private int fences;

  Convergence(ApiClient api, Istiod istiod) {
    this.api = api;
    this.istiod = istiod;
  }

  /**
   * Waits.
   *
   * @param applied objects as the API server returned them
   * @param gone objects that were deleted
   * @param proxies who must have it all
   * @throws RefusedException where a proxy refuses what istiod makes of the objects
   */
  void await(Collection<JsonNode> applied, Collection<JsonNode> gone, Collection<Envoy> proxies)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    awaitSeen(applied, gone, end);
    String fence = raiseFence();
    for (Envoy proxy : proxies) {
      awaitProxy(proxy, fence, end);
    }
  }

  /** Waits until istiod acts on a mesh configuration; proxies have it with the next push. */
  void awaitAutoMutualTls(boolean wanted) throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    while (istiod.debug("mesh").path("enableAutoMtls").asBoolean() != wanted) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "istiod does not see the mesh configuration: " + istiod.debug("mesh"));
      }
      Thread.sleep(5);
    }
  }

  private void awaitSeen(Collection<JsonNode> applied, Collection<JsonNode> gone, long end)
      throws IOException, InterruptedException {
    Map<String, String> wanted = new HashMap<>();
    for (JsonNode object : applied) {
      if (isIstio(object)) {
        wanted.put(key(object), object.at("/metadata/resourceVersion").asText());
      }
    }
    Set<String> unwanted = new HashSet<>();
    for (JsonNode object : gone) {
      if (isIstio(object) && !wanted.containsKey(key(object))) {
        unwanted.add(key(object));
      }
    }
    while (!wanted.isEmpty() || !unwanted.isEmpty()) {
      Map<String, String> seen = new HashMap<>();
      for (JsonNode object : istiod.debug("configz")) {
        seen.put(key(object), object.at("/metadata/resourceVersion").asText());
      }
      wanted.entrySet().removeIf(each -> isAtLeast(seen.get(each.getKey()), each.getValue()));
      unwanted.removeIf(each -> !seen.containsKey(each));
      if (System.nanoTime() > end) {
        throw new IOException(
            "istiod does not see what was applied: " + wanted.keySet() + " deleted: " + unwanted);
      }
    }
    awaitEndpoints(applied, end);
  }

  private void awaitEndpoints(Collection<JsonNode> applied, long end)
      throws IOException, InterruptedException {
    Set<String> addresses = new HashSet<>();
    for (JsonNode object : applied) {
      if (object.path("kind").asText().equals("EndpointSlice")) {
        for (JsonNode endpoint : object.path("endpoints")) {
          endpoint.path("addresses").forEach(address -> addresses.add(address.asText()));
        }
      }
    }
    while (!addresses.isEmpty()) {
      String seen = istiod.debug("endpointShardz").toString();
      addresses.removeIf(address -> seen.contains("\"" + address + "\""));
      if (System.nanoTime() > end) {
        throw new IOException("istiod does not see the endpoints " + addresses);
      }
    }
  }

  /** istiod writes to some objects itself, such as the addresses of a ServiceEntry. */
  private static boolean isAtLeast(@Nullable String seen, String wanted) {
    return seen != null && Long.parseLong(seen) >= Long.parseLong(wanted);
  }

  private static boolean isIstio(JsonNode object) {
    return object.path("apiVersion").asText().contains(".istio.io/");
  }

  private static String key(JsonNode object) {
    return "%s %s/%s"
        .formatted(
            object.path("kind").asText(),
            object.at("/metadata/namespace").asText(),
            object.at("/metadata/name").asText());
  }

  private String raiseFence() throws IOException, InterruptedException {
    fences++;
    String name = FENCE + "-" + fences;
    ObjectNode filter = JsonNodeFactory.instance.objectNode();
    filter.put("apiVersion", "networking.istio.io/v1alpha3").put("kind", "EnvoyFilter");
    filter.putObject("metadata").put("name", FENCE).put("namespace", "istio-system");
    ObjectNode patch = filter.putObject("spec").putArray("configPatches").addObject();
    patch.put("applyTo", "CLUSTER");
    patch.putObject("match").put("context", "ANY");
    ObjectNode body = patch.putObject("patch").put("operation", "ADD");
    body.putObject("value").put("name", name).put("type", "STATIC").put("connect_timeout", "1s");
    ApiClient.Answer answer =
        api.apply(
            "/apis/networking.istio.io/v1alpha3/namespaces/istio-system/envoyfilters/" + FENCE,
            filter);
    if (answer.status() >= 300) {
      throw new IOException("the fence cannot be raised: " + answer.body());
    }
    return name;
  }

  private void awaitProxy(Envoy proxy, String fence, long end)
      throws IOException, InterruptedException {
    long version = -1;
    while (true) {
      if (version < 0) {
        version = fenceVersion(proxy, fence);
      }
      List<String> missing = new ArrayList<>();
      if (version >= 0) {
        missing = missing(proxy, version);
        if (missing.isEmpty() && !isWarming(proxy)) {
          return;
        }
      }
      if (System.nanoTime() > end) {
        throw new IOException(
            "%s did not get the configuration within %d s: %s"
                .formatted(proxy.proxyId(), LIMIT_MILLIS / 1000, missing));
      }
      Thread.sleep(5);
    }
  }

  private static long fenceVersion(Envoy proxy, String fence) throws IOException {
    JsonNode dump =
        proxy.dump("/config_dump?resource=dynamic_active_clusters&name_regex=" + fence + "$");
    for (JsonNode config : dump.path("configs")) {
      return version(config.path("version_info").asText());
    }
    return -1;
  }

  /** What the proxy has not acknowledged yet, by type. */
  private List<String> missing(Envoy proxy, long version) throws IOException, InterruptedException {
    for (JsonNode status : istiod.debug("syncz")) {
      if (status.path("proxy").asText().equals(proxy.proxyId())) {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, JsonNode> type : status.path("resources").properties()) {
          check(proxy, type.getKey(), type.getValue(), version, missing);
        }
        return missing;
      }
    }
    return List.of("istiod does not know it");
  }

  private static void check(
      Envoy proxy, String type, JsonNode state, long version, List<String> missing)
      throws RefusedException {
    String name = type.substring(type.lastIndexOf('.') + 1);
    String error = state.path("lastError").asText();
    if (!error.isEmpty()) {
      throw new RefusedException(proxy.proxyId(), name, error);
    }
    String sent = state.path("sent").asText();
    // Secrets and extension configurations are sent when they change, not with each push.
    boolean pushed =
        name.equals("Cluster") || name.equals("Listener") || name.equals("RouteConfiguration");
    if (sent.isEmpty()
        || (pushed && nonceVersion(sent) < version)
        || !state.path("acked").asText().equals(sent)) {
      missing.add(name);
    }
  }

  /** A listener or cluster that waits for a certificate is there, and does not serve yet. */
  private static boolean isWarming(Envoy proxy) throws IOException {
    if (!proxy.dump("/config_dump?resource=dynamic_warming_clusters").path("configs").isEmpty()) {
      return true;
    }
    JsonNode dump = proxy.dump("/config_dump?resource=dynamic_listeners");
    for (JsonNode listener : dump.path("configs")) {
      if (listener.has("warming_state")) {
        return true;
      }
    }
    return false;
  }

  private static long nonceVersion(String nonce) {
    return nonce.length() > UUID_LENGTH
        ? version(nonce.substring(0, nonce.length() - UUID_LENGTH))
        : -1;
  }

  /** A push has a version such as {@code 2026-11-30T12:00:00Z/14}. */
  private static long version(String text) {
    try {
      return Long.parseLong(text.substring(text.lastIndexOf('/') + 1));
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
