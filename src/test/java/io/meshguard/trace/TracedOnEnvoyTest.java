package io.meshguard.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.route.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a real data plane did with random meshes, each fact by itself. */
final class TracedOnEnvoyTest {
  private static final Proxy WEB =
      new Proxy(Proxy.Type.SIDECAR, "shop", "web", Map.of("app", "web"), Optional.empty());
  private static final Proxy INGRESS =
      new Proxy(
          Proxy.Type.GATEWAY,
          "istio-system",
          "ingress",
          Map.of("istio", "ingress"),
          Optional.empty());

  private static String answer(String objects, Proxy proxy, String url) throws Exception {
    TraceResult result = traced(objects, proxy, url);
    assertThat(result.certain()).isTrue();
    return TracerTest.text(result.first().outcome());
  }

  private static TraceResult traced(String objects, Proxy proxy, String url) throws Exception {
    Call call = CallReader.read(List.of(url), List.of(), Optional.empty(), Optional.empty());
    return new Tracer(Manifests.closed(objects)).trace(proxy, call);
  }

  private static String service(String name, String rest) {
    return """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: shop}
        spec: {%s}
        """
        .formatted(name, rest);
  }

  private static String routes(String name, String spec) {
    return """
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: %s, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
        spec: {%s}
        """
        .formatted(name, spec);
  }

  /** A gateway compares hosts letter by letter, and a name with capitals is not its. */
  @Test
  void aGatewayLooksAtTheLettersOfHosts() throws Exception {
    String gateway =
        """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: public, namespace: istio-system}
        spec:
          selector: {istio: ingress}
          servers:
          - port: {number: 80, name: http, protocol: HTTP}
            hosts: [%s]
        """;
    String routes =
        routes(
            "a",
            "hosts: [A.Example.com], gateways: [istio-system/public],"
                + " http: [{directResponse: {status: 230}}]");
    for (String host : new String[] {"a.example.com", "\"*.example.com\""}) {
      assertThat(answer(gateway.formatted(host) + routes, INGRESS, "http://a.example.com/"))
          .isEqualTo("404 NR");
    }
    assertThat(answer(gateway.formatted("\"*\"") + routes, INGRESS, "http://a.example.com/"))
        .isEqualTo("230 -");
    assertThat(answer(gateway.formatted("A.Example.com") + routes, INGRESS, "http://a.example.com"))
        .isEqualTo("230 -");
  }

  private static String entry(String spec) {
    return """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: e, namespace: shop}
        spec:
          hosts: [e.test]
          ports: [{number: 80, name: http, protocol: HTTP}]
          %s
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: e, namespace: shop}
        spec: {host: e.test, subsets: [{name: v2, labels: {version: v2}}]}
        """
            .formatted(spec)
        + routes(
            "e", "hosts: [e.test], http: [{route: [{destination: {host: e.test, subset: v2}}]}]");
  }

  /** A cluster that is resolved by DNS is not made without an endpoint; others are empty. */
  @Test
  void aSubsetWithoutEndpointsIsThereOrNotByTheResolution() throws Exception {
    String v1 = "endpoints: [{address: 10.0.0.1, labels: {version: v1}}]";
    String v2 = "endpoints: [{address: 10.0.0.1, labels: {version: v2}}]";
    assertThat(answer(entry("resolution: DNS\n  " + v1), WEB, "http://e.test/"))
        .isEqualTo("503 NC");
    assertThat(answer(entry("resolution: DNS"), WEB, "http://e.test/")).isEqualTo("503 NC");
    assertThat(answer(entry("resolution: DNS\n  " + v2), WEB, "http://e.test/"))
        .isEqualTo("outbound|80|v2|e.test");
    assertThat(answer(entry("resolution: STATIC\n  " + v1), WEB, "http://e.test/"))
        .isEqualTo("503 UH");
  }

  /** Two names of one host: the older VirtualService has both, whichever of them it names. */
  @Test
  void anAliasBelongsToTheOlderVirtualService() throws Exception {
    String services =
        service("real", "selector: {app: real}, ports: [{name: http, port: 80}]")
            + service(
                "alias",
                "type: ExternalName, externalName: real.shop.svc.cluster.local,"
                    + " ports: [{name: http, port: 80}]");
    String older = routes("a", "hosts: [real], http: [{directResponse: {status: 230}}]");
    String younger =
        routes("b", "hosts: [alias], http: [{directResponse: {status: 231}}]")
            .replace("2026-01-01", "2026-02-01");
    assertThat(answer(services + older + younger, WEB, "http://alias.shop.svc.cluster.local/"))
        .isEqualTo("230 -");
    assertThat(answer(services + younger, WEB, "http://alias.shop.svc.cluster.local/"))
        .isEqualTo("231 -");
  }

  /** A route takes in what its client's namespace registers, though others alone may see it. */
  @Test
  void aRouteReachesWhatTheOwnNamespaceExportsToOthers() throws Exception {
    String hidden =
        service("hidden", "selector: {app: hidden}, ports: [{name: http, port: 80}]")
            .replace(
                "namespace: shop",
                "namespace: shop, annotations: {networking.istio.io/exportTo: pay}");
    String routes =
        routes("a", "hosts: [a.test], http: [{route: [{destination: {host: hidden}}]}]");
    String seen = service("seen", "selector: {app: seen}, ports: [{name: http, port: 80}]");
    // There is the cluster; nothing stands behind it here.
    assertThat(answer(hidden + seen + routes, WEB, "http://a.test/")).isEqualTo("503 UH");
    // A gateway gets it where a sidecar of its namespace happens to ask before.
    Proxy gateway =
        new Proxy(Proxy.Type.GATEWAY, "shop", "edge", Map.of("istio", "edge"), Optional.empty());
    String edge =
        """
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: shop}
        spec:
          selector: {istio: edge}
          servers:
          - port: {number: 80, name: http, protocol: HTTP}
            hosts: ["*"]
        """;
    String bound = routes.replace("hosts:", "gateways: [edge], hosts:");
    assertThat(traced(hidden + edge + bound, gateway, "http://a.test/").certain()).isFalse();
  }

  /** Pods of two headless Services: the listener of the one takes calls of the other. */
  @Test
  void headlessServicesShareTheListenersOfTheirPods() throws Exception {
    String web =
        service("web", "clusterIP: None, selector: {app: a}, ports: [{name: http, port: 8000}]");
    String bytes =
        service("bytes", "clusterIP: None, selector: {app: a}, ports: [{name: tcp, port: 8000}]");
    assertThat(answer(web + bytes, WEB, "http://web:8000/"))
        .isEqualTo("outbound|8000||bytes.shop.svc.cluster.local");
    assertThat(answer(web, WEB, "http://web:8000/"))
        .isEqualTo("outbound|8000||web.shop.svc.cluster.local");
    String some = bytes.replace("app: a", "app: a, tier: x");
    assertThat(traced(web + some, WEB, "http://web:8000/").certain()).isFalse();
    String others = bytes.replace("app: a", "app: b");
    assertThat(traced(web + others, WEB, "http://web:8000/").certain()).isTrue();
  }
}
