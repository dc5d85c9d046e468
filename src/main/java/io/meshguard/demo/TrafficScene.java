package io.meshguard.demo;

import io.meshguard.dataplane.PodSpec;
import io.meshguard.dataplane.RawRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A mistake that real traffic shows, and its cure.
 *
 * @param name by which its sentences are found; its file is {@code traffic-NAME.yaml}
 * @param rule that finds the mistake
 * @param cure the commands that mend the file
 * @param client the Pod that sends the requests; empty where they come in through the gateway
 * @param url where the requests go
 * @param request what is sent
 * @param count how many are sent at once
 * @param before what is seen with the mistake
 * @param after what is seen without
 */
record TrafficScene(
    String name,
    String rule,
    List<String> cure,
    Optional<PodSpec> client,
    URI url,
    RawRequest request,
    int count,
    String before,
    String after) {
  private static final String HEADER = "x-session";

  /** Returns the scenes in their order. */
  static List<TrafficScene> all() {
    return List.of(
        throughGateway(
            "backend",
            "unreachable-route",
            fix("backend"),
            "http://shop.example.com/catalog-images/7",
            "200 from catalog",
            "200 from images"),
        throughGateway(
            "not-found",
            "host-outside-gateway",
            List.of("sed -i 's/www.example.com/shop.example.com/' traffic-not-found.yaml"),
            "http://shop.example.com/",
            "404 NR",
            "200 from storefront"),
        fromWeb(
            "http10",
            "http10-client",
            fix("http10"),
            get("http://legacy/").withVersion("HTTP/1.0"),
            1,
            "426",
            "200 from legacy"),
        fromWeb(
            "headers",
            "ineffective-header-limit",
            List.of(
                "sed -i 's/value: {/value: {typed_config: {\"@type\":"
                    + " type.googleapis.com\\/envoy.extensions.filters.network"
                    + ".http_connection_manager.v3.HttpConnectionManager, /; s/96}/96}}/'"
                    + " traffic-headers.yaml"),
            get("http://legacy/").with(HEADER, "x".repeat(70 * 1024)),
            1,
            "431 DPE",
            "200 from legacy"),
        fromWeb(
            "circuit",
            "connection-limit-without-pending-limit",
            fix("circuit"),
            get("http://legacy/"),
            12,
            "12 × 200 from legacy",
            "503 UO"));
  }

  /** Returns the name of the file with the objects. */
  String file() {
    return "traffic-" + name + ".yaml";
  }

  /** Returns the requests as a person would write them. */
  String asked() {
    StringBuilder line = new StringBuilder();
    line.append(count > 1 ? count + " × " : "").append(request.method()).append(' ').append(url);
    if (!request.version().equals("HTTP/1.1")) {
      line.append(' ').append(request.version());
    }
    if (!request.header(HEADER).isEmpty()) {
      line.append(" (%s: %d KiB)".formatted(HEADER, request.header(HEADER).length() / 1024));
    }
    return line.toString();
  }

  private static List<String> fix(String name) {
    return List.of("meshguard check --fix --unsafe-fixes traffic-" + name + ".yaml");
  }

  private static TrafficScene throughGateway(
      String name, String rule, List<String> cure, String url, String before, String after) {
    return new TrafficScene(
        name, rule, cure, Optional.empty(), URI.create(url), get(url), 1, before, after);
  }

  private static TrafficScene fromWeb(
      String name,
      String rule,
      List<String> cure,
      RawRequest request,
      int count,
      String before,
      String after) {
    return new TrafficScene(
        name,
        rule,
        cure,
        Optional.of(PodSpec.client("shop", "web")),
        URI.create("http://legacy/"),
        request,
        count,
        before,
        after);
  }

  private static RawRequest get(String url) {
    URI uri = URI.create(url);
    return RawRequest.get(uri.getAuthority(), uri.getPath());
  }
}
