package io.meshguard.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.change.Comparison;
import io.meshguard.expect.RequestFinder;
import io.meshguard.match.Budget;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.report.Paint;
import io.meshguard.resource.Resource;
import io.meshguard.route.Proxy;
import io.meshguard.rule.Language;
import io.meshguard.traceview.TraceJson;
import io.meshguard.traceview.TraceMermaid;
import io.meshguard.traceview.TraceText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects that are written wrongly: nobody has read files before, and a cluster may hold what was
 * applied while no webhook looked. Whatever stands in them, there is an answer.
 */
final class BrokenWorldsTest {

  private static final int WORLDS = 150;
  private static final Set<String> IDENTITY = Set.of("kind", "apiVersion");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final String WORLD =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-system}
      spec:
        selector: {istio: ingressgateway}
        servers:
        - port: {number: 80, name: http, protocol: HTTP, targetPort: 8080}
          hosts: ["./a.example.com", "shop/*.example.com"]
        - port: {number: 443, name: https, protocol: HTTPS}
          hosts: [shop.example.com]
          tls: {mode: SIMPLE, credentialName: shop, httpsRedirect: true}
        - port: {number: 443, name: tls, protocol: TLS}
          hosts: [bytes.example.com]
          tls: {mode: PASSTHROUGH}
        - port: {number: 6379, name: tcp, protocol: TCP}
          hosts: ["*"]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
      spec:
        hosts: [shop.example.com, catalog, "*.example.com"]
        gateways: [istio-system/public, mesh]
        exportTo: ["*"]
        http:
        - name: images
          match:
          - uri: {prefix: /images}
            headers: {x-env: {exact: canary}, x-b: {regex: "a.*"}}
            withoutHeaders: {x-c: {}}
            queryParams: {q: {exact: "1"}}
            method: {exact: GET}
            authority: {prefix: shop}
            port: 80
            sourceLabels: {app: web}
            sourceNamespace: shop
            gateways: [mesh, istio-system/public]
            ignoreUriCase: true
          rewrite: {uri: /x, authority: images, uriRegexRewrite: {match: "a(.*)", rewrite: "\\\\1"}}
          route:
          - {destination: {host: images, port: {number: 80}}, weight: 90, headers: {request: {set: {a: b}}}}
          - {destination: {host: catalog, subset: v1}, weight: 10}
          timeout: 3s
          retries: {attempts: 3, perTryTimeout: 1s, retryOn: 5xx}
          mirror: {host: images}
          mirrors: [{destination: {host: images}, percentage: {value: 10}}]
        - match: [{uri: {exact: /old}}]
          redirect: {uri: /new, authority: a.example.com, port: 81, derivePort: FROM_REQUEST_PORT, redirectCode: 302}
        - match: [{uri: {regex: "/d/[0-9]+"}}]
          directResponse: {status: 204, body: {string: x}}
        - match: [{uri: {prefix: /f}}]
          fault: {abort: {httpStatus: 503, percentage: {value: 50}}, delay: {fixedDelay: 1s, percentage: {value: 10}}}
          route: [{destination: {host: images.shop.svc.cluster.local}}]
        - match: [{uri: {prefix: /team}}]
          delegate: {name: team, namespace: shop}
        - route: [{destination: {host: catalog, subset: v2}}]
        tls:
        - match: [{port: 443, sniHosts: [bytes.example.com], destinationSubnets: [10.0.0.0/8]}]
          route: [{destination: {host: catalog, port: {number: 80}}, weight: 100}]
        tcp:
        - match: [{port: 6379, destinationSubnets: [10.0.0.0/8], sourceLabels: {app: web}}]
          route: [{destination: {host: redis}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: team, namespace: shop}
      spec: {http: [{match: [{uri: {prefix: /team/a}}], route: [{destination: {host: images}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: second, namespace: shop}
      spec: {hosts: [shop.example.com], gateways: [istio-system/public], http: [{route: [{destination: {host: api.example.net}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: catalog, namespace: shop}
      spec:
        host: catalog
        exportTo: ["."]
        workloadSelector: {matchLabels: {app: web}}
        subsets: [{name: v1, labels: {version: v1}}]
        trafficPolicy: {connectionPool: {http: {maxRetries: 1}}, portLevelSettings: [{port: {number: 80}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: api, namespace: shop}
      spec:
        hosts: [api.example.net, "*.wild.net"]
        addresses: [240.0.0.7, 10.1.0.0/16]
        location: MESH_EXTERNAL
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}, {number: 443, name: tls, protocol: TLS}]
        endpoints: [{address: 10.2.0.7, ports: {http: 8080}, labels: {version: v1}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: shop}
      spec:
        workloadSelector: {labels: {app: web}}
        outboundTrafficPolicy: {mode: REGISTRY_ONLY}
        egress:
        - {port: {number: 9000, protocol: HTTP, name: http}, bind: 127.0.0.1, hosts: ["./*"]}
        - {hosts: ["./*", "istio-system/*", "*/api.example.net"]}
      ---
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: filter, namespace: other}
      spec: {configPatches: [{applyTo: HTTP_ROUTE, match: {context: GATEWAY}, patch: {operation: MERGE, value: {}}}]}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data: {mesh: "outboundTrafficPolicy: {mode: REGISTRY_ONLY}"}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio-injection: enabled}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: shop, annotations: {networking.istio.io/exportTo: "*"}}
      spec: {clusterIP: 10.96.0.7, selector: {app: catalog}, ports: [{name: http, port: 80, targetPort: web, appProtocol: http}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: images, namespace: shop}
      spec: {selector: {app: images}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: redis, namespace: shop}
      spec: {clusterIP: None, selector: {app: redis}, ports: [{name: tcp, port: 6379}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: alias, namespace: shop}
      spec: {type: ExternalName, externalName: api.example.net, ports: [{name: http, port: 80}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec: {template: {metadata: {labels: {app: web}, annotations: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: web, ports: [{name: web, containerPort: 8080}]}]}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: catalog, namespace: shop}
      spec: {template: {metadata: {labels: {app: catalog, version: v1}}, spec: {containers: [{name: web, ports: [{name: web, containerPort: 8080}]}]}}}
      """;

  private static final List<String> AT_GATEWAY =
      List.of(
          "http://shop.example.com/images/1?q=1",
          "http://shop.example.com/team/a",
          "https://shop.example.com/old",
          "tls://bytes.example.com:443",
          "tcp://10.0.0.7:6379");

  private static final List<String> AT_SIDECAR =
      List.of(
          "http://catalog/images",
          "http://shop.example.com/d/7",
          "http://alias/",
          "http://api.example.net/f",
          "https://api.example.net/",
          "http://127.0.0.1:9000/",
          "tcp://redis:6379",
          "tcp://10.96.0.7:80");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void thereIsAnAnswer(long seed) throws Exception {
    List<Resource> sane = Manifests.objects(WORLD);
    for (int i = 0; i < WORLDS; i++) {
      Random dice = new Random(seed * 1_000_003 + i);
      List<Resource> broken = new ArrayList<>(sane);
      StringBuilder done = new StringBuilder("world " + seed + "/" + i);
      for (int times = 1 + dice.nextInt(3); times > 0; times--) {
        int at = dice.nextInt(broken.size());
        JsonNode tree = broken.get(at).copy();
        done.append("; ").append(broken.get(at).ref()).append(": ").append(broken(tree, dice));
        broken.set(at, broken.get(at).withTree(tree));
      }
      boolean closed = dice.nextBoolean();
      Mesh mesh = new ObjectMesh(broken, kind -> closed, SampleFacts.istio("1.30.3"));
      try {
        answer(mesh, dice);
        if (dice.nextInt(10) == 0) {
          Mesh before = new ObjectMesh(sane, kind -> closed, SampleFacts.istio("1.30.3"));
          Comparison.of(before, sane, mesh, broken, BrokenWorldsTest::budget, groups -> {});
        }
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(done.toString(), e);
      }
    }
  }

  private static Budget budget() {
    return new Budget(1_000_000, 1_000_000, () -> false);
  }

  private static void answer(Mesh mesh, Random dice) throws CallException {
    Tracer tracer = new Tracer(mesh);
    Entries entries = new Entries(mesh);
    List<Proxy> gateways = new ArrayList<>(entries.gateways());
    gateways.addAll(found(entries.gateway("istio-system/istio=ingressgateway")));
    for (Proxy proxy : gateways) {
      answer(tracer, proxy, AT_GATEWAY.get(dice.nextInt(AT_GATEWAY.size())));
    }
    for (Proxy proxy : found(entries.sidecar("shop/app=web"))) {
      answer(tracer, proxy, AT_SIDECAR.get(dice.nextInt(AT_SIDECAR.size())));
      answer(tracer, proxy, AT_SIDECAR.get(dice.nextInt(AT_SIDECAR.size())));
    }
    if (dice.nextInt(20) == 0) {
      RequestFinder.find(mesh, tracer, entries);
    }
  }

  private static List<Proxy> found(Entries.Found found) {
    return found instanceof Entries.Proxies proxies ? proxies.all() : List.of();
  }

  private static void answer(Tracer tracer, Proxy proxy, String url) throws CallException {
    Call call = CallReader.read(List.of(url), List.of(), Optional.empty(), Optional.empty());
    TraceResult result = tracer.trace(proxy, call);
    assertThat(new TraceText(Paint.PLAIN, Language.ZH).text(result)).contains("=>");
    assertThat(new TraceJson(Language.EN).tree(result).toString()).isNotEmpty();
    assertThat(new TraceMermaid(Language.EN).picture(List.of(result))).isNotEmpty();
  }

  /** Drops, replaces, wraps or repeats one value below a tree, and says which. */
  private static String broken(JsonNode tree, Random dice) {
    List<JsonNode> parents = new ArrayList<>();
    List<Object> keys = new ArrayList<>();
    collect(tree, parents, keys);
    if (parents.isEmpty()) {
      return "nothing is left";
    }
    int at = dice.nextInt(parents.size());
    JsonNode parent = parents.get(at);
    JsonNode old =
        parent instanceof ObjectNode
            ? parent.get((String) keys.get(at))
            : parent.get((Integer) keys.get(at));
    int how = dice.nextInt(14);
    JsonNode now =
        switch (how) {
          case 0 -> NODES.nullNode();
          case 1 -> NODES.textNode("");
          case 2 -> NODES.textNode("text");
          case 3 -> NODES.numberNode(-1);
          case 4 -> NODES.numberNode(new BigInteger("99999999999999999999"));
          case 5 -> NODES.booleanNode(true);
          case 6 -> NODES.arrayNode();
          case 7 -> NODES.objectNode();
          case 8 -> NODES.arrayNode().add(old.deepCopy());
          case 9 -> NODES.objectNode().set("x", old.deepCopy());
          case 10 -> NODES.textNode(old.isValueNode() ? old.asText() + "*/.[ {0}'\u0007" : "*");
          case 11 -> NODES.arrayNode().addNull().add(old.deepCopy()).add(old.deepCopy());
          case 12 -> NODES.numberNode(1.5e300);
          default -> null;
        };
    if (parent instanceof ObjectNode object) {
      String key = (String) keys.get(at);
      if (now == null) {
        object.remove(key);
      } else {
        object.set(key, now);
      }
    } else {
      ArrayNode array = (ArrayNode) parent;
      int index = (Integer) keys.get(at);
      if (now == null) {
        array.remove(index);
      } else {
        array.set(index, now);
      }
    }
    return keys.get(at) + " = " + (now == null ? "gone" : now);
  }

  private static void collect(JsonNode node, List<JsonNode> parents, List<Object> keys) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              entry -> {
                if (!IDENTITY.contains(entry.getKey())) {
                  parents.add(object);
                  keys.add(entry.getKey());
                  collect(entry.getValue(), parents, keys);
                }
              });
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        parents.add(array);
        keys.add(i);
        collect(array.get(i), parents, keys);
      }
    }
  }
}
