package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * The work of a review does not grow with the mesh around it: each rule takes about as many steps
 * in a mesh of ten thousand Services as in one of a thousand, and so does what has to be worked out
 * again after a change. Steps are counted, so that the load of the machine does not matter.
 */
final class ReviewWorkTest {

  private static final int FEW = 1_000;
  private static final int MANY = 10_000;
  private static final int PER_NAMESPACE = 25;

  /** In looks at the time, one every 64 steps: what neighbours of another number may take. */
  private static final long LITTLE = 4;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final MeshFacts FACTS =
      SampleFacts.of(
          new Versions(Set.of(Version.of("1.24")), true),
          new Versions(Set.of(Version.of("1.31")), true));

  /** Objects around which there are others in the same number, however large the mesh is. */
  private static final String SHARED =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data:
        mesh: |
          accessLogFile: /dev/stdout
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio-sidecar-injector, namespace: istio-system}
      data:
        values: '{"global": {"proxy": {"clusterDomain": "cluster.local"}}}'
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
      spec: {template: {spec: {containers: [{name: discovery, args: [discovery]}]}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: ingress, namespace: istio-system}
      spec:
        template:
          metadata: {labels: {istio: ingressgateway}}
          spec: {containers: [{name: istio-proxy, args: [proxy, router]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: ingress, namespace: istio-system}
      spec:
        type: LoadBalancer
        selector: {istio: ingressgateway}
        ports: [{name: http, port: 80, targetPort: 8080}]
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: main, namespace: istio-system}
      spec:
        selector: {istio: ingressgateway}
        servers:
        - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.example.com"]}
        - port: {number: 443, name: https, protocol: HTTPS}
          tls: {mode: SIMPLE, credentialName: main}
          hosts: [shop.example.com]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: edge, namespace: team-0}
      spec:
        hosts: [shop.example.com]
        gateways: [istio-system/main]
        http: [{route: [{destination: {host: backend-0}}]}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: wild, namespace: team-0}
      spec:
        hosts: ["*.team-1.svc.cluster.local"]
        http: [{route: [{destination: {host: backend-0}}]}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: nowhere, namespace: team-0}
      spec:
        hosts: ["*.nowhere.example.org", "nobody.team-1.svc.cluster.local"]
        http: [{match: [{uri: {exact: /a}}], route: [{destination: {host: backend-7777777}}]}]
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside, namespace: team-0}
      spec:
        hosts: [api.example.org]
        ports: [{number: 443, name: tls, protocol: TLS}]
        resolution: DNS
      ---
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: limit, namespace: team-0}
      spec:
        workloadSelector: {labels: {app: backend-0}}
        configPatches:
        - applyTo: NETWORK_FILTER
          match: {context: SIDECAR_INBOUND, listener: {portNumber: 8080}}
          patch: {operation: MERGE, value: {typed_config: {max_request_headers_kb: 96}}}
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: istio-system}
      spec: {mtls: {mode: STRICT}}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: seed, namespace: team-0}
      spec:
        template:
          spec:
            initContainers: [{name: wait, command: [curl, "http://backend-0/"]}]
            containers: [{name: seed, command: [/seed]}]
      """;

  private static final String EACH =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: backend-%1$d, namespace: team-%2$d}
      spec: {selector: {app: backend-%1$d}, ports: [{name: http, port: 80, targetPort: 8080}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: backend-%1$d, namespace: team-%2$d}
      spec:
        hosts: [backend-%1$d]
        http:
        - match: [{uri: {prefix: /api}}]
          route: [{destination: {host: backend-%1$d, subset: v1, port: {number: 80}}}]
        - route: [{destination: {host: backend-%1$d, subset: v1}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: backend-%1$d, namespace: team-%2$d}
      spec:
        host: backend-%1$d
        trafficPolicy:
          connectionPool: {tcp: {maxConnections: 100}}
          outlierDetection: {consecutive5xxErrors: 7, maxEjectionPercent: 50}
        subsets: [{name: v1, labels: {version: v1}}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: backend-%1$d, namespace: team-%2$d}
      spec:
        template:
          metadata: {labels: {app: backend-%1$d, version: v1}}
          spec: {containers: [{name: app, image: app, ports: [{containerPort: 8080}]}]}
      """;

  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: team-%d, labels: {istio-injection: enabled}}
      """;

  @Test
  void doesNotGrowWithTheMesh() throws IOException {
    Measured few = measure(FEW);
    Measured many = measure(MANY);

    SoftAssertions softly = new SoftAssertions();
    many.steps()
        .forEach(
            (review, steps) ->
                softly
                    .assertThat(steps)
                    .as("steps of %s, with %d Services against %d", review, MANY, FEW)
                    .isLessThanOrEqualTo(few.steps().getOrDefault(review, 0L) + LITTLE));
    softly.assertAll();
    assertThat(many.steps()).hasSizeGreaterThan(100);
    assertThat(many.derivedFrom())
        .as("kinds of which one change makes something be worked out again from all")
        .doesNotContain(Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE, Kind.GATEWAY);
  }

  /**
   * What was counted.
   *
   * @param steps how often each review looked at the time, and what is kept for all reviews at most
   * @param derivedFrom the kinds that what is kept depends on
   */
  private record Measured(Map<String, Long> steps, Set<Kind> derivedFrom) {}

  private static Measured measure(int services) throws IOException {
    Mesh mesh = new ObjectMesh(objects(services), kind -> true, FACTS);
    List<Resource> subjects = new ArrayList<>(Manifests.objects(SHARED));
    subjects.addAll(Manifests.objects(EACH.formatted(0, 0)));
    subjects.addAll(Manifests.objects(NAMESPACE.formatted(0)));
    Map<String, Long> steps = new LinkedHashMap<>();
    Set<MemoizedQuery<?>> queries = new HashSet<>();
    Set<Kind> derivedFrom = new HashSet<>();
    for (Rule rule : Catalogue.rules()) {
      for (Resource subject : subjects) {
        if (rule.info().subjects().contains(subject.kind())) {
          // The first review makes the indexes, which are kept up from then on.
          review(rule, subject, new DerivingMesh(mesh, queries));
          String name = rule.info().id() + " of " + subject.ref();
          steps.put(name, stepsOf(() -> review(rule, subject, mesh)));
        }
      }
    }
    long most = 0;
    for (MemoizedQuery<?> query : queries) {
      derivedFrom.addAll(query.reads());
      most = Math.max(most, stepsOf(() -> query.of(mesh)));
    }
    steps.put("what is worked out after a change", most);
    return new Measured(steps, derivedFrom);
  }

  private static List<Resource> objects(int services) throws IOException {
    List<Resource> objects = new ArrayList<>(Manifests.objects(SHARED));
    // YAML takes much longer to read, so it is read once.
    List<String> each =
        Manifests.objects(EACH.replace("%1$d", "NUMBER").replace("%2$d", "TEAM")).stream()
            .map(object -> object.tree().toString())
            .toList();
    for (int i = 0; i < services; i++) {
      String team = Integer.toString(i / PER_NAMESPACE);
      if (i % PER_NAMESPACE == 0) {
        objects.addAll(Manifests.objects(NAMESPACE.formatted(i / PER_NAMESPACE)));
      }
      for (String one : each) {
        String text = one.replace("NUMBER", Integer.toString(i)).replace("TEAM", team);
        objects.add(Resource.of(JSON.readTree(text), "", Origin.NONE));
      }
    }
    return objects;
  }

  private static void review(Rule rule, Resource subject, Mesh mesh) {
    Report report = new Report(rule, subject, Parameters.NONE);
    rule.check(subject, mesh, report);
    report.findings();
  }

  private static long stepsOf(Runnable work) {
    AtomicLong steps = new AtomicLong();
    Deadline.within(
        steps::incrementAndGet,
        Long.MAX_VALUE,
        () -> {
          work.run();
          return steps;
        });
    return steps.get();
  }
}
