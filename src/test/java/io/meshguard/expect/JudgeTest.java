package io.meshguard.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.expect.Judgement.Verdict;
import io.meshguard.expect.RequestFinder.Found;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.trace.Entries;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgeTest {

  private static final String SHOP =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-system}
      spec:
        selector: {istio: ingressgateway}
        servers:
        - port: {number: 80, name: http, protocol: HTTP}
          hosts: [shop.example.com]
        - port: {number: 80, name: other, protocol: HTTP}
          hosts: [other.example.com]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop.example.com]
        gateways: [istio-system/public]
        http:
        - match: [{uri: {prefix: /images/}}, {uri: {prefix: /pictures/}}]
          rewrite: {uri: /}
          timeout: 3s
          retries: {attempts: 0}
          headers: {request: {set: {x-env: canary}}, response: {remove: [server]}}
          mirror: {host: audit}
          route: [{destination: {host: images, port: {number: 80}}}]
        - match: [{uri: {prefix: /split}}]
          route:
          - destination: {host: catalog, subset: v1}
            weight: 90
          - destination: {host: catalog, subset: v2}
            weight: 10
        - match: [{uri: {exact: /old}}]
          redirect: {uri: /new, redirectCode: 302}
        - match: [{uri: {prefix: /gone}}]
          route: [{destination: {host: gone.shop.svc.cluster.local}}]
        - match: [{uri: {prefix: /pay}, method: {exact: POST}, headers: {x-a: {exact: b}}}]
          route: [{destination: {host: catalog}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog, namespace: shop}
      spec:
        hosts: [catalog]
        http:
        - timeout: 2s
          route: [{destination: {host: catalog, subset: v1}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: catalog, namespace: shop}
      spec:
        host: catalog
        subsets:
        - {name: v1, labels: {version: v1}}
        - {name: v2, labels: {version: v2}}
        - {name: v3, labels: {version: v3}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: images, namespace: shop}
      spec: {selector: {app: images}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: shop}
      spec: {selector: {app: catalog}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web, sidecar.istio.io/inject: "true"}}
          spec: {containers: [{name: web, image: web}]}
      """
          + Stream.of("catalog v1", "catalog v2", "catalog v3", "images v1")
              .map(
                  words ->
                      """
                      ---
                      apiVersion: apps/v1
                      kind: Deployment
                      metadata: {name: %1$s-%2$s, namespace: shop}
                      spec:
                        selector: {matchLabels: {app: %1$s, version: %2$s}}
                        template:
                          metadata: {labels: {app: %1$s, version: %2$s}}
                          spec: {containers: [{name: app, image: app}]}
                      """
                          .formatted((Object[]) words.split(" ")))
              .collect(Collectors.joining());

  private static final Mesh CLOSED = Manifests.closed(SHOP);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/images/7 | {host: images.shop, port: 80} | PASSED |",
        "/images/7 | {host: images.shop.svc.cluster.local, subset: ''} | PASSED |",
        "/images/7 | {host: images.shop.svc, outcome: forwarded} | PASSED |",
        "/images/7 | {host: images} | FAILED | host: images / forwarded to images.shop.svc.cluster.local:80, whose answer gives the status",
        "/images/7 | {port: 81} | FAILED | port: 81 / forwarded to images.shop",
        "/images/7 | {status: 200} | FAILED | status: 200 / forwarded to",
        "/images/7 | {timeout: 3s, retries: 0, perTryTimeout: none} | PASSED |",
        "/images/7 | {timeout: 3000ms} | PASSED |",
        "/images/7 | {timeout: 5s} | FAILED | timeout: 5s / 3s",
        "/images/7 | {timeout: none} | FAILED | timeout: none / 3s",
        "/images/7 | {retries: 2} | FAILED | retries: 2 / 0",
        "/images/7 | {perTryTimeout: 1s} | FAILED | perTryTimeout: 1s / none",
        "/images/7 | {rewrite: {path: /7, authority: shop.example.com}} | PASSED |",
        "/images/7 | {rewrite: {path: /8}} | FAILED | rewrite.path: /8 / /7",
        "/images/7 | {headers: {request: {set: {X-Env: canary}}, response: {remove: server}}} | PASSED |",
        "/images/7 | {headers: {request: {set: {x-env: prod}}}} | FAILED | headers: request.set x-env: prod / request.set x-env: canary",
        "/images/7 | {headers: {request: {add: {x-b: c}}}} | FAILED | headers: request.add x-b: c / none",
        "/images/7 | {mirror: audit.shop} | PASSED |",
        "/images/7 | {mirror: none} | FAILED | mirror: none / audit.shop",
        "/split | {host: catalog.shop, weights: {v1: 90, v2: 10}} | PASSED |",
        "/split | {weights: {catalog.shop/v1: 90, catalog.shop/v2: 10}} | PASSED |",
        "/split | {weights: {catalog.shop: 100}, mirror: none} | PASSED |",
        "/split | {weights: {v1: 80, v2: 20}} | FAILED | weights.v1: 80 / 90; weights.v2: 20 / 10",
        "/split | {subset: v1} | FAILED | subset: v1 / 10 % of the requests: forwarded to catalog.shop.svc.cluster.local:80 v2",
        "/split | {timeout: none, retries: 2} | PASSED |",
        "/old | {redirect: http://shop.example.com/new, status: 302} | PASSED |",
        "/old | {redirect: http://shop.example.com/} | FAILED | redirect: http://shop.example.com/ / redirected with 302 to http://shop.example.com/new",
        "/old | {timeout: 3s} | FAILED | timeout: 3s / redirected with 302",
        "/gone | {status: 503, flag: NC} | PASSED |",
        "/gone | {status: 503, host: gone.shop, outcome: no-cluster} | PASSED |",
        "/gone | {host: gone.shop} | FAILED | host: gone.shop / 503 NC: there is no cluster for gone.shop",
        "/none | {status: 404, flag: NR} | PASSED |",
        "/none | {host: images.shop} | FAILED | host: images.shop / 404 NR: no route takes the request",
        "/pay | {status: 404} | PASSED |",
      })
  void whatIsOtherwiseIsNamed(String path, String expect, Verdict verdict, String difference) {
    Judgement judgement =
        judge(CLOSED, "at: istio-system/public", "http://shop.example.com" + path, expect);

    assertThat(judgement.verdict()).as(text(judgement)).isEqualTo(verdict);
    assertThat(text(judgement)).startsWith(difference == null ? "" : difference);
    assertThat(judgement.differences().isEmpty()).isEqualTo(verdict == Verdict.PASSED);
  }

  @Test
  void fromAClientANameStandsForItsNamespace() {
    assertThat(judge(CLOSED, "from: shop/web", "http://catalog/", "{host: catalog}").verdict())
        .isEqualTo(Verdict.PASSED);
    assertThat(
            judge(CLOSED, "from: shop/web", "http://catalog/", "{subset: v1, timeout: 2s}")
                .verdict())
        .isEqualTo(Verdict.PASSED);
  }

  @Test
  void whatIsNotKnownIsNoFailure() {
    String routes =
        """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: public, namespace: istio-system}
        spec:
          selector: {istio: ingressgateway}
          servers:
          - port: {number: 80, name: http, protocol: HTTP}
            hosts: ["*"]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop, namespace: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [istio-system/public]
          http:
          - route: [{destination: {host: elsewhere.ops.svc.cluster.local}}]
        """;
    Mesh mesh = Manifests.open(routes);
    String at = "at: istio-system/public";
    String url = "http://shop.example.com/";

    assertThat(judge(mesh, at, url, "{host: elsewhere.ops}").verdict())
        .isEqualTo(Verdict.UNCERTAIN);
    assertThat(judge(mesh, at, url, "{host: elsewhere.ops, certain: false}").verdict())
        .isEqualTo(Verdict.PASSED);
    assertThat(judge(mesh, at, url, "{host: other.ops}").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(judge(mesh, at, url, "{status: 404}").verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void aRequestIsFoundForEachRoute() {
    Tracer tracer = new Tracer(CLOSED);
    Entries entries = new Entries(CLOSED);
    List<Found> found = RequestFinder.find(CLOSED, tracer, entries);
    List<Resource> objects = objects();

    Coverage none = Coverage.of(objects, List.of(), found);
    assertThat(none.reached()).isZero();
    assertThat(none.items().stream().map(JudgeTest::place))
        .contains(
            "SERVER istio-system/public /spec/servers/1",
            "ROUTE shop/shop /spec/http/0",
            "MATCH shop/shop /spec/http/0/match/1",
            "ROUTE shop/catalog /spec/http/0",
            "SUBSET shop/catalog /spec/subsets/2");
    assertThat(none.items().stream().filter(item -> item.request().isEmpty()).map(JudgeTest::place))
        .containsExactly(
            "SERVER istio-system/public /spec/servers/1", "SUBSET shop/catalog /spec/subsets/2");

    Coverage some =
        Coverage.of(
            objects,
            judge(CLOSED, "at: istio-system/public", "http://shop.example.com/split", "{port: 80}")
                .results(),
            found);
    assertThat(some.items().stream().filter(Coverage.Item::reached).map(JudgeTest::place))
        .containsExactly(
            "SERVER istio-system/public /spec/servers/0",
            "ROUTE shop/shop /spec/http/1",
            "SUBSET shop/catalog /spec/subsets/0",
            "SUBSET shop/catalog /spec/subsets/1");
  }

  @Test
  void oneClientStandsForAllThatHaveTheSameRoutes() {
    String labels = "- match: [{sourceLabels: {app: images}}]\n    timeout: 9s\n    ";
    Mesh mesh =
        Manifests.closed(
            SHOP.replace(
                "  - timeout: 2s\n",
                "  " + labels + "route: [{destination: {host: catalog}}]\n  - timeout: 2s\n"));
    List<String> clients =
        RequestFinder.find(mesh, new Tracer(mesh), new Entries(mesh)).stream()
            .filter(found -> found.entry().type() == RouteTest.Entry.Type.FROM)
            .map(found -> found.entry().text() + " " + found.written().text())
            .toList();

    assertThat(clients).hasSize(2);
    assertThat(clients).anyMatch(text -> text.startsWith("shop/images-v1 GET http://catalog.shop"));
  }

  @Test
  void writtenTestsPassAndReachAllThatCanBeReached() {
    Tracer tracer = new Tracer(CLOSED);
    Entries entries = new Entries(CLOSED);
    List<Found> found = RequestFinder.find(CLOSED, tracer, entries);
    TestWriter.Written written = TestWriter.write(found);
    RouteTests read = RouteTestReader.read("t.yaml", written.text());

    assertThat(read.problems()).isEmpty();
    assertThat(read.tests()).hasSize(written.tests()).hasSizeGreaterThanOrEqualTo(7);
    List<TraceResult> results = new ArrayList<>();
    for (RouteTest test : read.tests()) {
      Judgement judgement = judge(CLOSED, test);
      assertThat(judgement.verdict())
          .as(test.name() + ": " + text(judgement))
          .isEqualTo(Verdict.PASSED);
      results.addAll(judgement.results());
    }
    assertThat(Coverage.of(objects(), results, found).missed())
        .allSatisfy(item -> assertThat(item.request()).isEmpty());
    assertThat(written.text())
        .contains("at: gateway:istio-system/public", "from: shop/")
        .contains("redirect: http://shop.example.com/new")
        .contains("catalog.shop.svc.cluster.local/v1: 90");
  }

  private static List<Resource> objects() {
    return Stream.of(Kind.GATEWAY, Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE)
        .flatMap(kind -> CLOSED.list(kind).items().stream())
        .toList();
  }

  private static String place(Coverage.Item item) {
    return item.type() + " " + item.object().ref().path() + " " + item.pointer();
  }

  private static Judgement judge(Mesh mesh, String entry, String request, String expect) {
    String text = entry + "\ntests:\n- request: " + request + "\n  expect: " + expect + "\n";
    RouteTests read = RouteTestReader.read("t.yaml", text);
    assertThat(read.problems().stream().map(p -> p.line(Language.EN))).isEmpty();
    return judge(mesh, read.tests().get(0));
  }

  private static Judgement judge(Mesh mesh, RouteTest test) {
    Entries entries = new Entries(mesh);
    Entries.Found found =
        test.entry().type() == RouteTest.Entry.Type.AT
            ? entries.gateway(test.entry().text())
            : entries.sidecar(test.entry().text());
    assertThat(found).as(test.entry().text()).isInstanceOf(Entries.Proxies.class);
    Tracer tracer = new Tracer(mesh);
    return Judge.judge(
        test,
        ((Entries.Proxies) found)
            .all().stream().map(proxy -> tracer.trace(proxy, test.call())).toList());
  }

  private static String text(Judgement judgement) {
    return judgement.differences().stream()
        .map(d -> d.key() + ": " + d.expected() + " / " + Language.EN.render(d.got()))
        .collect(Collectors.joining("; "));
  }
}
