package io.meshguard.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.route.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TracerTest {

  private static final String SHOP =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-system}
      spec:
        selector: {istio: ingressgateway}
        servers:
        - port: {number: 80, name: http, protocol: HTTP}
          hosts: [shop.example.com, "*.shop.example.com"]
        - port: {number: 80, name: moved, protocol: HTTP}
          hosts: [moved.example.com]
          tls: {httpsRedirect: true}
        - port: {number: 443, name: https, protocol: HTTPS}
          hosts: [shop.example.com]
          tls: {mode: SIMPLE, credentialName: shop}
        - port: {number: 443, name: tls, protocol: TLS}
          hosts: [bytes.example.com]
          tls: {mode: PASSTHROUGH}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop.example.com, www.shop.example.com]
        gateways: [istio-system/public]
        http:
        - match: [{uri: {prefix: /catalog-images}}]
          rewrite: {uri: /images}
          route: [{destination: {host: images}}]
        - match: [{uri: {prefix: /catalog}, headers: {x-env: {exact: canary}}}]
          route: [{destination: {host: catalog, subset: v2}}]
        - match: [{uri: {prefix: /catalog}}]
          route: [{destination: {host: catalog}}]
        - match: [{uri: {exact: /old}}]
          redirect: {uri: /new}
        - match: [{uri: {prefix: /pay}}]
          fault: {abort: {httpStatus: 503, percentage: {value: 100}}}
          route: [{destination: {host: catalog}}]
        - match: [{uri: {prefix: /gone}}]
          route: [{destination: {host: gone}}]
        - match: [{uri: {prefix: /split}}]
          route:
          - {destination: {host: catalog}, weight: 90}
          - {destination: {host: images}, weight: 10}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: bytes, namespace: shop}
      spec:
        hosts: [bytes.example.com]
        gateways: [istio-system/public]
        tls:
        - match: [{port: 443, sniHosts: [bytes.example.com]}]
          route: [{destination: {host: catalog, port: {number: 80}}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog, namespace: shop}
      spec:
        hosts: [catalog]
        http:
        - match: [{sourceLabels: {app: web}, uri: {prefix: /new}}]
          route: [{destination: {host: images}}]
        - route: [{destination: {host: catalog, subset: v1}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: catalog, namespace: shop}
      spec: {host: catalog, subsets: [{name: v1, labels: {version: v1}}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: shop}
      spec: {selector: {app: catalog}, ports: [{name: http, port: 80}, {name: tcp-x, port: 6379}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: images, namespace: shop}
      spec: {selector: {app: images}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: catalog, namespace: shop}
      spec:
        template:
          metadata: {labels: {app: catalog, version: v1}}
          spec: {containers: [{name: catalog}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: images, namespace: shop}
      spec: {template: {metadata: {labels: {app: images}}, spec: {containers: [{name: images}]}}}
      ---
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "http://shop.example.com/catalog-images/1; ; outbound|80||images.shop.svc.cluster.local",
        "http://SHOP.example.com:80/catalog; ; outbound|80||catalog.shop.svc.cluster.local",
        "http://shop.example.com/catalog; x-env: canary; 503 NC",
        "http://shop.example.com/old?a=1; ; 301 http://shop.example.com/new?a=1",
        "http://shop.example.com/pay; ; 503 FI",
        "http://shop.example.com/gone; ; 503 NC",
        "http://shop.example.com/other; ; 404 NR",
        "http://other.example.com/; ; 404 NR",
        "http://a.shop.example.com/catalog; ; 404 NR",
        "http://moved.example.com/a?b; ; 301 https://moved.example.com/a?b",
        "http://shop.example.com:81/; ; NO_LISTENER",
        "https://shop.example.com/catalog; ; 503 NC",
        "https://shop.example.com/catalog-images/; ; outbound|80||images.shop.svc.cluster.local",
        "https://nobody.example.com/; ; SERVER_NAME",
        "https://bytes.example.com/; ; outbound|80||catalog.shop.svc.cluster.local",
        "tls://bytes.example.com; ; outbound|80||catalog.shop.svc.cluster.local",
        "get http://shop.example.com/catalog; ; 400 DPE",
        "http://shop.example.com/a/../catalog; ; outbound|80||catalog.shop.svc.cluster.local",
      })
  void aGatewaySays(String url, @Nullable String header, String outcome) throws Exception {
    Mesh mesh = Manifests.closed(SHOP);
    Proxy proxy = only(new Entries(mesh).gateway("gateway:istio-system/public"));
    assertThat(answer(mesh, proxy, url, Objects.requireNonNullElse(header, ""))).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "http://catalog/; ; outbound|80|v1|catalog.shop.svc.cluster.local",
        "http://catalog.shop/new; ; outbound|80||images.shop.svc.cluster.local",
        "http://catalog.shop.svc.cluster.local./a; ; outbound|80|v1|catalog.shop.svc.cluster.local",
        "http://images/; ; outbound|80||images.shop.svc.cluster.local",
        "http://images:81/; ; passed images.shop.svc.cluster.local",
        "tcp://catalog:6379; ; outbound|6379||catalog.shop.svc.cluster.local",
        "http://catalog:6379/; ; outbound|6379||catalog.shop.svc.cluster.local",
        "http://www.example.org/; ; passed",
        "https://www.example.org/; ; passed",
        "http://gone/; ; NO_NAME",
      })
  void aSidecarSays(String url, @Nullable String header, String outcome) throws Exception {
    Mesh mesh = Manifests.closed(SHOP);
    Proxy proxy = only(new Entries(mesh).sidecar("shop/web"));
    assertThat(answer(mesh, proxy, url, Objects.requireNonNullElse(header, ""))).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "http://catalog/; outbound|80|v1|catalog.shop.svc.cluster.local",
        "http://gone/; outbound|80||gone.shop.svc.cluster.local or NO_NAME",
        "http://gone.shop/; outbound|80||gone.shop.svc.cluster.local or passed",
        "http://example.org/; passed",
        "http://[::1]/; passed",
        "http://[2001:db8::7]:8080/; passed",
        "http://10.0.0.7/; passed",
        "tcp://[::1]:6379; passed",
      })
  void whatIsNotKnownHasTwoAnswers(String url, String outcome) throws Exception {
    Mesh mesh = Manifests.open(SHOP);
    Proxy proxy = only(new Entries(mesh).sidecar("shop/web"));
    assertThat(answer(mesh, proxy, url, "")).isEqualTo(outcome);
  }

  private static final String HTTP_ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: r, namespace: shop}
      spec: {parentRefs: [{group: "", kind: Service, name: catalog}]}
      """;

  private static final String WAYPOINT =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio.io/use-waypoint: waypoint}}
      """;

  @ParameterizedTest
  @ValueSource(strings = {HTTP_ROUTE, WAYPOINT})
  void whatRoutesBesidesVirtualServicesIsDoubted(String object) throws Exception {
    Mesh mesh = Manifests.closed(SHOP + object);
    Proxy proxy = only(new Entries(mesh).sidecar("shop/web"));
    Call call =
        CallReader.read(List.of("http://catalog/"), List.of(), Optional.empty(), Optional.empty());
    assertThat(new Tracer(mesh).trace(proxy, call).certain()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{hosts: [catalog], http: text}",
        "{hosts: catalog}",
        "{hosts: [catalog], http: [{match: {uri: {prefix: /}}}]}",
        "{hosts: [catalog], http: [{timeout: 5, route: [{destination: {host: a}}]}]}",
        "{hosts: [catalog], http: [{route: [{destination: {host: a}, weight: x}]}]}",
        "{hosts: [catalog], http: [{route: [{destination: {host: a, port: {number: '80'}}}]}]}",
        "{hosts: [catalog], http: [null]}",
        "text",
      })
  void anObjectOfAnotherShapeIsDoubted(String spec) throws Exception {
    Mesh mesh =
        Manifests.closed(
            SHOP
                + "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
                + "metadata: {name: broken, namespace: shop}\nspec: "
                + spec
                + "\n");
    Proxy proxy = only(new Entries(mesh).sidecar("shop/web"));
    Call call =
        CallReader.read(List.of("http://catalog/"), List.of(), Optional.empty(), Optional.empty());
    assertThat(new Tracer(mesh).trace(proxy, call).certain()).isFalse();
  }

  /** An export of a mesh hides credentials, and a trace must not compare with what stands there. */
  @Test
  void aValueThatAnExportHidesIsNotKnown() throws Exception {
    String hidden =
        SHOP.replace(
            "headers: {x-env: {exact: canary}}", "headers: {x-env: {exact: hidden-000001}}");
    Mesh mesh = Manifests.closed(hidden);
    Proxy proxy = only(new Entries(mesh).gateway("istio-system/public"));
    assertThat(answer(mesh, proxy, "http://shop.example.com/catalog", "x-env: a"))
        .isEqualTo("503 NC or outbound|80||catalog.shop.svc.cluster.local");
    assertThat(answer(mesh, proxy, "http://shop.example.com/catalog", "x-other: a"))
        .isEqualTo("outbound|80||catalog.shop.svc.cluster.local");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "/", "/app=web"})
  void nobodyIsNoWorkload(String text) {
    assertThat(new Entries(Manifests.open(SHOP)).sidecar(text))
        .isInstanceOf(Entries.NoProxies.class);
  }

  static Proxy only(Entries.Found found) {
    return ((Entries.Proxies) found).all().get(0);
  }

  static String answer(Mesh mesh, Proxy proxy, String url, String header) throws Exception {
    List<String> headers = header.isEmpty() ? List.of() : List.of(header);
    Call call = CallReader.read(List.of(url), headers, Optional.empty(), Optional.empty());
    TraceResult result = new Tracer(mesh).trace(proxy, call);
    assertThat(result.doubts()).isEmpty();
    return result.branches().stream()
        .map(branch -> text(branch.outcome()))
        .collect(Collectors.joining(" or "));
  }

  static String text(Outcome outcome) {
    if (outcome instanceof Outcome.Forwarded forwarded) {
      return forwarded.cluster().toString();
    }
    if (outcome instanceof Outcome.PassedThrough passed) {
      return passed.service().map(service -> "passed " + service).orElse("passed");
    }
    if (outcome instanceof Outcome.Redirected redirected) {
      return redirected.status() + " " + redirected.location();
    }
    if (outcome instanceof Outcome.Refused refused) {
      return refused.refusal().name();
    }
    return outcome.status() + " " + outcome.flag();
  }

  @ParameterizedTest
  @CsvSource({
    "GET /a, RELATIVE",
    "G@T http://a/, METHOD",
    "GET http:///a, HOST",
    "GET http://a:99999/, PORT",
    "ftp://a/, SCHEME",
    "GET http://a/ b, WORDS",
    "tcp://a, PORT",
    "GET tcp://a:1, NOT_HTTP",
    "http://a/#b, PATH"
  })
  void whatNobodyCanSendIsRefused(String text, String reason) {
    CallException e =
        assertThrows(
            CallException.class,
            () ->
                CallReader.read(
                    Arrays.asList(text), List.of(), Optional.empty(), Optional.empty()));
    assertThat(e.reason().name()).isEqualTo(reason);
  }
}
