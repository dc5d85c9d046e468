package io.meshguard.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.change.Change.Where;
import io.meshguard.deadline.Deadline;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ComparisonTest {

  private static final int MANY_ROUTES = 100;

  /** What one object may cost each proxy; to read it anew costs more than twice as much. */
  private static final int MOST_STEPS = 25;

  private static final String SHOP =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: shop}
      spec: {clusterIP: 10.0.0.1, selector: {app: catalog}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: images, namespace: shop}
      spec: {clusterIP: 10.0.0.2, selector: {app: images}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: catalog, namespace: shop}
      spec: {template: {metadata: {labels: {app: catalog}}, spec: {containers: [{name: c}]}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: images, namespace: shop}
      spec: {template: {metadata: {labels: {app: images, version: v1}}, spec: {containers: [{name: c}]}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: ingress, namespace: istio-system}
      spec:
        template:
          metadata:
            labels: {istio: ingressgateway}
            annotations: {inject.istio.io/templates: gateway}
          spec: {containers: [{name: istio-proxy}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-system}
      spec:
        selector: {istio: ingressgateway}
        servers:
        - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
      ---
      """;

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop.example.com]
        gateways: [istio-system/public]
        http:
        - match: [{uri: {prefix: %s}}]
          route: [{destination: {host: %s}}]
        - match: [{uri: {prefix: %s}}]
          route: [{destination: {host: %s}}]
      """;

  private static String routes(String... values) {
    return SHOP + ROUTES.formatted((Object[]) values);
  }

  @Test
  void nothingChangesWhereNothingIsChanged() {
    String same = routes("/catalog-images", "images", "/catalog", "catalog");
    ChangeReport report = Compared.closed(same, same);
    assertThat(report.isProof()).isTrue();
    assertThat(report.objects()).isZero();
  }

  @Test
  void twoRoutesThatSwapMoveTheRequestsOfBoth() {
    ChangeReport report =
        Compared.closed(
            routes("/catalog-images", "images", "/catalog", "catalog"),
            routes("/catalog", "catalog", "/catalog-images", "images"));
    assertThat(Compared.lines(report))
        .containsExactly(
            "GET http://shop.example.com/catalog-images: images.shop.svc.cluster.local:80 ->"
                + " catalog.shop.svc.cluster.local:80");
    Change change = report.changes().get(0);
    assertThat(change.where())
        .containsExactly(
            new Where(true, "istio-system/ingress", 1, 80, List.of("shop.example.com")));
    assertThat(change.causes())
        .extracting(place -> place.object().name() + place.pointer())
        .containsExactly("shop/spec/http/0/match/0");
    assertThat(report.open()).isEmpty();
  }

  @Test
  void aRefactoringThatMovesNothingIsProved() {
    ChangeReport report =
        Compared.closed(
            routes("/images", "images", "/catalog", "catalog"),
            routes("/catalog", "catalog", "/images", "images"));
    assertThat(report.objects()).isOne();
    assertThat(report.compared()).isPositive();
    assertThat(report.isProof()).isTrue();
  }

  @Test
  void aRouteThatIsGoneEndsInAnError() {
    ChangeReport report =
        Compared.closed(
            routes("/images", "images", "/catalog", "catalog"),
            routes("/images", "images", "/images/", "catalog"));
    assertThat(Compared.lines(report))
        .containsExactly(
            "GET http://shop.example.com/catalog: catalog.shop.svc.cluster.local:80 -> NO_ROUTE"
                + " 404");
    assertThat(report.changes().get(0).breaks()).isTrue();
  }

  @Test
  void aServiceThatIsGoneIsACauseItself() {
    String with = routes("/images", "images", "/catalog", "catalog");
    String without =
        with.replace(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: images, namespace: shop}
            spec: {clusterIP: 10.0.0.2, selector: {app: images}, ports: [{name: http, port: 80}]}
            ---
            """,
            "");
    assertThat(without).isNotEqualTo(with);
    for (boolean closed : List.of(true, false)) {
      ChangeReport report = closed ? Compared.closed(with, without) : Compared.open(with, without);
      assertThat(Compared.lines(report))
          .contains(
              "GET http://shop.example.com/images: images.shop.svc.cluster.local:80 -> MISSING"
                  + " images.shop.svc.cluster.local:80");
      assertThat(report.changes().get(0).breaks()).isTrue();
    }
  }

  @Test
  void limitsAreToldApart() {
    String before = routes("/images", "images", "/catalog", "catalog");
    String after =
        before.replace(
            "- match: [{uri: {prefix: /images}}]",
            "- match: [{uri: {prefix: /images}}]\n    timeout: 3s\n    retries: {attempts: 5}");
    ChangeReport report = Compared.closed(before, after);
    assertThat(Compared.lines(report))
        .containsExactly(
            "GET http://shop.example.com/images: images.shop.svc.cluster.local:80 -> limits"
                + " retries 2 -> 5; timeout  -> 3s");
    assertThat(report.changes().get(0).isLimitsOnly()).isTrue();
  }

  @Test
  void aHostThatIsNewWasNotFoundBefore() {
    String before = routes("/images", "images", "/catalog", "catalog");
    String after = before.replace("[shop.example.com]", "[shop.example.com, new.example.com]");
    ChangeReport report = Compared.closed(before, after);
    assertThat(Compared.lines(report))
        .containsExactlyInAnyOrder(
            "GET http://new.example.com/images: NO_ROUTE 404 ->"
                + " images.shop.svc.cluster.local:80",
            "GET http://new.example.com/catalog: NO_ROUTE 404 ->"
                + " catalog.shop.svc.cluster.local:80");
  }

  @Test
  void sidecarsThatAreAlikeAreToldOnce() {
    String mesh =
        SHOP
            + """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: front}
            spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: catalog, namespace: shop}
            spec:
              hosts: [catalog]
              http:
              - match: [{headers: {x-env: {exact: %s}}}]
                route: [{destination: {host: images}}]
              - route: [{destination: {host: catalog}}]
            """;
    ChangeReport report = Compared.closed(mesh.formatted("canary"), mesh.formatted("test"));
    assertThat(Compared.lines(report)).hasSize(2);
    assertThat(report.changes().get(0).where())
        .extracting(Where::proxy)
        .containsExactlyInAnyOrder("shop/catalog", "front/web");
    assertThat(report.changes().get(0).where()).extracting(Where::alike).contains(2, 1);
    assertThat(report.open()).isEmpty();
  }

  @Test
  void aSubsetThatIsGoneShows() {
    String mesh =
        SHOP
            + """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: images, namespace: shop}
            spec:
              hosts: [images]
              http: [{route: [{destination: {host: images, subset: v1}}]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: images, namespace: shop}
            spec: {host: images, subsets: [{name: %s, labels: {version: v1}}]}
            """;
    ChangeReport report = Compared.closed(mesh.formatted("v1"), mesh.formatted("v2"));
    assertThat(Compared.lines(report))
        .containsExactly(
            "GET http://images.shop/: images.shop.svc.cluster.local:80/v1 -> MISSING"
                + " images.shop.svc.cluster.local:80/v1");
    assertThat(report.changes().get(0).causes())
        .extracting(place -> place.object().kind().name())
        .containsOnly("DestinationRule");
  }

  @Test
  void anObjectOfAKindThatIsNotComparedKeepsItFromBeingAProof() {
    String policy =
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: deny, namespace: shop}
        spec: {}
        """;
    ChangeReport report = Compared.closed(SHOP, SHOP + policy);
    assertThat(report.changes()).isEmpty();
    assertThat(report.isProof()).isFalse();
    assertThat(report.open())
        .containsExactly(
            new ChangeReport.Open(ChangeReport.Reason.KIND, "AuthorizationPolicy shop/deny"));
  }

  /** Each namespace more is a proxy more, but no object more to read. */
  @Test
  void whatAllProxiesReadAlikeIsReadOnce() {
    long few = stepsWithNamespaces(5);
    long many = stepsWithNamespaces(45);
    long perObject = (many - few) / (40 * 2 * MANY_ROUTES);
    assertThat(perObject).isLessThan(MOST_STEPS);
  }

  private static long stepsWithNamespaces(int namespaces) {
    StringBuilder mesh = new StringBuilder();
    for (int i = 0; i < MANY_ROUTES; i++) {
      mesh.append(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: s%1$d, namespace: shop}
          spec: {ports: [{name: http, port: 80}]}
          ---
          apiVersion: networking.istio.io/v1
          kind: VirtualService
          metadata: {name: s%1$d, namespace: shop}
          spec:
            hosts: [s%1$d]
            http:
            - match: [{uri: {prefix: /a}}, {uri: {prefix: /b}}, {uri: {prefix: /c}}]
              route: [{destination: {host: s%1$d}}]
            - route: [{destination: {host: s%1$d}}]
              timeout: 3s
          ---
          """
              .formatted(i));
    }
    for (int i = 0; i < namespaces; i++) {
      mesh.append(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: own, namespace: n%d}
          spec: {ports: [{name: http, port: 80}]}
          ---
          """
              .formatted(i));
    }
    String before = mesh.toString();
    AtomicLong steps = new AtomicLong();
    ChangeReport report =
        Deadline.within(
            steps::incrementAndGet,
            Long.MAX_VALUE,
            () -> Compared.open(before, before.replaceFirst("timeout: 3s", "timeout: 5s")));
    assertThat(report.changes()).hasSize(1);
    return steps.get() * 64;
  }

  private static String passedThrough(String http, String tls) {
    return SHOP.replace(
            "- {port: {number: 80, name: http, protocol: HTTP}, hosts: [\"*\"]}",
            """
            - port: {number: 443, name: https, protocol: HTTPS}
                hosts: ["*.example.com"]
                tls: {mode: SIMPLE, credentialName: example}
              - port: {number: 443, name: tls, protocol: TLS}
                hosts: [shop.example.com]
                tls: {mode: PASSTHROUGH}
            """
                .strip())
        + """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop, namespace: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [istio-system/public]
          http:
          - route: [{destination: {host: %s, port: {number: 80}}}]
          tls:
          - match: [{sniHosts: [shop.example.com]}]
            route: [{destination: {host: %s, port: {number: 80}}}]
        """
            .formatted(http, tls);
  }

  @Test
  void requestsThatAGatewayPassesWithoutReadingThemDoNotMeetItsRoutes() {
    ChangeReport routes =
        Compared.closed(passedThrough("catalog", "catalog"), passedThrough("images", "catalog"));
    assertThat(Compared.lines(routes)).isEmpty();
    assertThat(routes.isProof()).isTrue();
    ChangeReport chains =
        Compared.closed(passedThrough("catalog", "catalog"), passedThrough("catalog", "images"));
    assertThat(Compared.lines(chains))
        .containsExactly(
            "TCP: catalog.shop.svc.cluster.local:80 -> images.shop.svc.cluster.local:80");
  }

  @Test
  void anotherNameOfAServiceIsComparedWithIt() {
    String mesh =
        SHOP
            + """
            apiVersion: v1
            kind: Service
            metadata: {name: pictures, namespace: shop}
            spec:
              type: ExternalName
              externalName: images.shop.svc.cluster.local
              ports: [{name: http, port: 80}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: images, namespace: shop}
            spec:
              hosts: [images]
              http: [{route: [{destination: {host: %s}}]}]
            """;
    ChangeReport report = Compared.closed(mesh.formatted("images"), mesh.formatted("catalog"));
    assertThat(report.changes())
        .flatExtracting(Change::where)
        .flatExtracting(Where::domains)
        .contains("images.shop", "pictures.shop");
  }
}
