package io.meshguard.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DefaultsTest {

  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio-injection: enabled}}
      ---
      """;

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: shop}
      spec: {selector: {app: catalog}, ports: [{name: http, port: 80}]}
      ---
      """;

  private static final String NAMED =
      route(
                  "hosts: [catalog], http: [{route: [{destination: "
                      + "{host: catalog}}], retries: {attempts: 0}}]")
              .replace("name: a", "name: named")
          + "---\n";

  private static final String CAPTURE =
      mesh("defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: \"true\"}}");

  private static final String SELECTORS =
      mesh("discoverySelectors: [{matchLabels: {mesh: \"yes\"}}]");

  /**
   * A change, objects of which it touches some, and alike objects of which it touches none.
   *
   * @param silent the objects are joined with those that follow
   */
  record Fixture(String id, String from, String to, String touched, List<String> silent) {
    @Override
    public String toString() {
      return id;
    }
  }

  private static String route(String spec) {
    return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: a, namespace: shop}
        spec: {%s}
        """
        .formatted(spec);
  }

  private static String http(String route) {
    return route("hosts: [catalog], http: [{" + route + "}]");
  }

  private static String rule(String name, String spec) {
    return """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: %s, namespace: shop}
        spec: {host: catalog, %s}
        ---
        """
        .formatted(name, spec);
  }

  private static String policy(String policy) {
    return rule("a", "trafficPolicy: {" + policy + "}");
  }

  private static String entry(String spec) {
    return """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: a, namespace: shop}
        spec: {%s}
        ---
        """
        .formatted(spec);
  }

  private static String service(String spec) {
    return "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {"
        + spec
        + "}\n";
  }

  private static String mesh(String config) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
        + "data: {mesh: '"
        + config
        + "'}\n---\n";
  }

  private static String istiod(String name, String value) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
        spec:
          template:
            spec:
              hostNetwork: true
              containers: [{name: discovery, env: [{name: %s, value: "%s"}]}]
        ---
        """
        .formatted(name, value);
  }

  private static String workload(String metadata) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: a, namespace: shop}
        spec:
          template:
            metadata: {labels: {app: a%s}
            spec: {containers: [{name: a}]}
        """
        .formatted(metadata);
  }

  static Stream<Fixture> fixtures() {
    String toCatalog = "route: [{destination: {host: catalog}}]";
    String wildcard =
        route(
            "hosts: ['*.svc.cluster.local'], http: [{" + toCatalog + ", retries: {attempts: 0}}]");
    String undeclared = service("ports: [{port: 8080}]");
    String inject = ", annotations: {sidecar.istio.io/inject: ";
    return Stream.of(
        new Fixture(
            "http10-not-sniffed",
            "1.12",
            "1.13",
            undeclared,
            List.of(
                service("ports: [{name: http, port: 8080}]"), service("ports: [{port: 3306}]"))),
        new Fixture(
            "wildcard-host-owner",
            "1.20",
            "1.21",
            SERVICE + NAMED + wildcard,
            List.of(
                NAMED + wildcard,
                SERVICE + wildcard,
                SERVICE + NAMED + wildcard.replace("hosts:", "exportTo: [other], hosts:"),
                SERVICE + NAMED + wildcard.replace("hosts:", "gateways: [g], hosts:"),
                SERVICE
                    + NAMED.replace(
                        "name: named", "creationTimestamp: '2020-01-01T00:00:00Z', name: named")
                    + wildcard.replace(
                        "name: a", "creationTimestamp: '2021-01-01T00:00:00Z', name: a"),
                istiod("PERSIST_OLDEST_FIRST_HEURISTIC_FOR_VIRTUAL_SERVICE_HOST_MATCHING", "true")
                    + SERVICE
                    + NAMED
                    + wildcard)),
        new Fixture(
            "without-headers",
            "1.21",
            "1.22",
            http(
                "retries: {attempts: 0}, match: [{withoutHeaders: {x: {exact: a}}}], " + toCatalog),
            List.of(
                http("retries: {attempts: 0}, match: [{withoutHeaders: {x: {}}}], " + toCatalog),
                http(
                    "retries: {attempts: 0}, match: [{withoutHeaders: {x: {exact: ''}}}], "
                        + toCatalog),
                http(
                    "retries: {attempts: 0}, match: [{withoutHeaders: {x: {regex: '.*'}}}], "
                        + toCatalog),
                http("retries: {attempts: 0}, match: [{headers: {x: {exact: a}}}], " + toCatalog))),
        new Fixture(
            "retry-on-503",
            "1.23",
            "1.24",
            http(toCatalog),
            List.of(
                http(toCatalog + ", retries: {attempts: 0}"),
                http(toCatalog + ", retries: {attempts: 2, retryOn: '503'}"),
                http("redirect: {uri: /}"),
                http("directResponse: {status: 200}"),
                http("delegate: {name: b}"),
                route("http: [{" + toCatalog + "}]"),
                route("hosts: [a], tcp: [{" + toCatalog + "}]"),
                mesh("defaultHttpRetryPolicy: {attempts: 1}") + http(toCatalog),
                istiod("EXCLUDE_UNSAFE_503_FROM_DEFAULT_RETRY", "false") + http(toCatalog))),
        new Fixture(
            "capital-host",
            "1.26",
            "1.27",
            route("hosts: [Catalog], http: [{" + toCatalog + "}]"),
            List.of(
                http(toCatalog),
                route("hosts: [A.b], gateways: [g], http: [{" + toCatalog + "}]"))),
        new Fixture(
            "generated-gateway-name",
            "1.27",
            "1.28",
            route("hosts: [a], gateways: [g-istio-autogenerated-k8s-gateway-http]"),
            List.of(route("hosts: [a], gateways: [g]"))),
        new Fixture(
            "mirror-host-suffix",
            "1.27",
            "1.28",
            http(toCatalog + ", mirror: {host: catalog}"),
            List.of(
                http(toCatalog),
                istiod("DISABLE_SHADOW_HOST_SUFFIX", "false")
                    + http(toCatalog + ", mirror: {host: catalog}"))),
        new Fixture(
            "max-ejection-percent",
            "1.19",
            "1.20",
            policy("outlierDetection: {consecutive5xxErrors: 5}"),
            List.of(
                policy("outlierDetection: {maxEjectionPercent: 100}"),
                policy("connectionPool: {tcp: {maxConnections: 1}}"))),
        new Fixture(
            "verify-server-certificate",
            "1.20",
            "1.21",
            policy("tls: {mode: SIMPLE, sni: a}"),
            List.of(
                policy("tls: {mode: ISTIO_MUTUAL}"),
                policy("tls: {mode: DISABLE}"),
                policy("tls: {mode: SIMPLE, sni: a, caCertificates: /ca.pem}"),
                policy("tls: {mode: SIMPLE, sni: a, credentialName: ca}"),
                policy("tls: {mode: SIMPLE, sni: a, insecureSkipVerify: true}"),
                istiod("VERIFY_CERTIFICATE_AT_CLIENT", "false")
                    + policy("tls: {mode: SIMPLE, sni: a}"))),
        new Fixture(
            "automatic-sni",
            "1.20",
            "1.21",
            policy("tls: {mode: SIMPLE, insecureSkipVerify: true}"),
            List.of(
                policy("tls: {mode: ISTIO_MUTUAL}"),
                policy("tls: {mode: SIMPLE, sni: a, insecureSkipVerify: true}"),
                istiod("ENABLE_AUTO_SNI", "false")
                    + policy("tls: {mode: SIMPLE, insecureSkipVerify: true}"))),
        new Fixture(
            "destination-rule-merge",
            "1.23",
            "1.24",
            rule("a", "exportTo: [.]") + rule("b", "exportTo: ['*']"),
            List.of(
                rule("a", "exportTo: [.]"),
                rule("a", "exportTo: [.]") + rule("b", "exportTo: [.]"),
                rule("a", "exportTo: [.]")
                    + rule("b", "exportTo: ['*'], workloadSelector: {matchLabels: {a: b}}"),
                istiod("ENABLE_ENHANCED_DESTINATIONRULE_MERGE", "false")
                    + rule("a", "exportTo: [.]")
                    + rule("b", "exportTo: ['*']"))),
        new Fixture(
            "external-name-alias",
            "1.20",
            "1.21",
            service("type: ExternalName, externalName: a.example.com"),
            List.of(
                SERVICE,
                istiod("ENABLE_EXTERNAL_NAME_ALIAS", "false")
                    + service("type: ExternalName, externalName: a.example.com"))),
        new Fixture(
            "target-port-without-resolution",
            "1.21",
            "1.22",
            entry("hosts: [a.b], resolution: NONE, ports: [{number: 80, targetPort: 81}]"),
            List.of(
                entry("hosts: [a.b], resolution: DNS, ports: [{number: 80, targetPort: 81}]"),
                entry("hosts: [a.b], resolution: NONE, ports: [{number: 80, targetPort: 80}]"),
                entry("hosts: [a.b], resolution: NONE, ports: [{number: 80}]"))),
        new Fixture(
            "discovery-selectors",
            "1.21",
            "1.22",
            SELECTORS + NAMESPACE + policy("loadBalancer: {simple: RANDOM}"),
            List.of(
                NAMESPACE + policy("loadBalancer: {simple: RANDOM}"),
                SELECTORS
                    + NAMESPACE.replace("istio-injection: enabled", "mesh: \"yes\"")
                    + policy("loadBalancer: {simple: RANDOM}"),
                istiod("ENABLE_ENHANCED_RESOURCE_SCOPING", "false")
                    + SELECTORS
                    + NAMESPACE
                    + policy("loadBalancer: {simple: RANDOM}"))),
        new Fixture(
            "allocated-address",
            "1.24",
            "1.25",
            CAPTURE + entry("hosts: [a.b], resolution: DNS"),
            List.of(
                entry("hosts: [a.b], resolution: DNS"),
                CAPTURE + entry("hosts: [a.b], resolution: DNS, addresses: [10.0.0.1]"),
                CAPTURE + entry("hosts: ['*.b'], resolution: DNS"),
                CAPTURE + entry("hosts: [a.b], resolution: NONE"),
                istiod("PILOT_ENABLE_IP_AUTOALLOCATE", "false")
                    + CAPTURE
                    + entry("hosts: [a.b], resolution: DNS"))),
        new Fixture(
            "traffic-distribution",
            "1.24",
            "1.25",
            service("trafficDistribution: PreferClose, ports: [{name: http, port: 80}]"),
            List.of(SERVICE)),
        new Fixture(
            "ambient-dns-capture",
            "1.24",
            "1.25",
            NAMESPACE.replace("istio-injection: enabled", "istio.io/dataplane-mode: ambient"),
            List.of(NAMESPACE)),
        new Fixture(
            "native-sidecar-variable",
            "1.18",
            "1.19",
            istiod("ENABLE_NATIVE_SIDECARS", "true") + NAMESPACE + workload("}"),
            List.of(
                NAMESPACE + workload("}"),
                istiod("ENABLE_NATIVE_SIDECARS", "false") + NAMESPACE + workload("}"))),
        new Fixture(
            "native-sidecar-annotation",
            "1.23",
            "1.24",
            NAMESPACE + workload("}, annotations: {sidecar.istio.io/nativeSidecar: \"true\"}"),
            List.of(
                NAMESPACE + workload("}"),
                istiod("ENABLE_NATIVE_SIDECARS", "true")
                    + NAMESPACE
                    + workload("}, annotations: {sidecar.istio.io/nativeSidecar: \"true\"}"))),
        new Fixture(
            "native-sidecar",
            "1.26",
            "1.27",
            NAMESPACE + workload("}"),
            List.of(
                workload("}"),
                NAMESPACE + workload("}, annotations: {sidecar.istio.io/nativeSidecar: \"false\"}"),
                NAMESPACE + workload("}, annotations: {sidecar.istio.io/nativeSidecar: \"true\"}"),
                NAMESPACE + workload(", sidecar.istio.io/inject: \"false\"}"),
                istiod("ENABLE_NATIVE_SIDECARS", "false") + NAMESPACE + workload("}"),
                istiod("ENABLE_NATIVE_SIDECARS", "true") + NAMESPACE + workload("}"))),
        new Fixture(
            "inject-annotation",
            "1.26",
            "1.27",
            NAMESPACE + workload("}" + inject + "\"no\"}"),
            List.of(
                workload("}" + inject + "\"no\"}"),
                NAMESPACE + workload("}" + inject + "\"false\"}"),
                NAMESPACE + workload("}" + inject + "\"Yes\"}"),
                NAMESPACE
                    + workload(", sidecar.istio.io/inject: \"false\"}" + inject + "\"no\"}"))));
  }

  private static Release release(String istio, String kubernetes) {
    return new Release(
        Version.of(istio), Optional.of(kubernetes).filter(v -> !v.isEmpty()).map(Version::of));
  }

  private static List<Effect> effects(String yaml, Release from, Release to) {
    List<Resource> objects = Manifests.objects(yaml);
    Crossing crossing =
        new Crossing(
            from,
            new ObjectMesh(objects, kind -> false, from.in(MeshFacts.UNKNOWN)),
            to,
            new ObjectMesh(objects, kind -> false, to.in(MeshFacts.UNKNOWN)));
    List<Effect> all = new ArrayList<>();
    objects.forEach(object -> all.addAll(Defaults.of(object, crossing)));
    return all;
  }

  private static Set<String> ids(String yaml, String from, String to) {
    return effects(yaml, release(from, "1.33"), release(to, "1.33")).stream()
        .map(effect -> effect.change().id())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void shows(Fixture fixture) {
    assertThat(ids(fixture.touched(), fixture.from(), fixture.to())).contains(fixture.id());
    assertThat(
            effects(
                fixture.touched(), release(fixture.from(), "1.33"), release(fixture.to(), "1.33")))
        .allSatisfy(effect -> assertThat(effect.places()).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void isSilentWhereNothingIsTouched(Fixture fixture) {
    for (String silent : fixture.silent()) {
      assertThat(ids(silent, fixture.from(), fixture.to())).as(silent).doesNotContain(fixture.id());
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void isSilentOutsideOfItsReleases(Fixture fixture) {
    assertThat(ids(fixture.touched(), "1.5", fixture.from())).doesNotContain(fixture.id());
    assertThat(ids(fixture.touched(), fixture.to(), "1.30")).doesNotContain(fixture.id());
  }

  /** Nothing is lost between, and nothing is told twice. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void anUpgradeIsTheSumOfItsSteps(Fixture fixture) {
    List<String> worlds = new ArrayList<>(fixture.silent());
    worlds.add(fixture.touched());
    for (String world : worlds) {
      List<String> steps = new ArrayList<>();
      for (int minor = 11; minor < 30; minor++) {
        steps.addAll(told(world, "1." + minor, "1." + (minor + 1)));
        assertThat(told(world, "1.11", "1." + (minor + 1)))
            .as("%s up to 1.%s", world, minor + 1)
            .containsExactlyInAnyOrderElementsOf(steps);
      }
    }
  }

  private static List<String> told(String yaml, String from, String to) {
    return effects(yaml, release(from, "1.33"), release(to, "1.33")).stream()
        .map(effect -> effect.change().id() + " " + effect.since() + " " + effect.object().name())
        .toList();
  }

  @Test
  void everyChangeHasAFixture() {
    Set<String> ids = new TreeSet<>();
    fixtures().forEach(fixture -> ids.add(fixture.id()));
    ids.add("native-sidecar-kubelet");
    assertThat(Defaults.all().stream().map(DefaultChange::id))
        .containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void aFlagPutsAChangeOffUntilItIsGone() {
    String kept =
        istiod("EXCLUDE_UNSAFE_503_FROM_DEFAULT_RETRY", "false")
            + http("route: [{destination: {host: catalog}}]");
    List<Effect> effects = effects(kept, release("1.20", ""), release("1.29", ""));
    assertThat(effects).hasSize(1);
    assertThat(effects.get(0).since()).isEqualTo(Version.of("1.27"));
  }

  @Test
  void kubeletsMakeSidecarsNativeToo() {
    String yaml = NAMESPACE + workload("}");
    assertThat(effects(yaml, release("1.28", "1.31"), release("1.28", "1.33")))
        .extracting(effect -> effect.change().id())
        .containsExactly("native-sidecar-kubelet");
    assertThat(effects(yaml, release("1.26", "1.31"), release("1.28", "1.33")))
        .extracting(effect -> effect.change().id())
        .containsExactly("native-sidecar");
    assertThat(effects(yaml, release("1.26", "1.31"), release("1.28", "1.31"))).isEmpty();
    assertThat(effects(yaml, release("1.26", ""), release("1.28", ""))).isEmpty();
  }

  @Test
  void theWayIsGoneMinorByMinor() {
    assertThat(release("1.24.3", "1.31").wayTo(release("1.26.1", "1.32")))
        .extracting(Release::toString)
        .containsExactly(
            "Istio 1.24.3, Kubernetes 1.31",
            "Istio 1.25, Kubernetes 1.31",
            "Istio 1.26, Kubernetes 1.31",
            "Istio 1.26.1, Kubernetes 1.31",
            "Istio 1.26.1, Kubernetes 1.32");
  }

  @Test
  void profilesAreThoseThatTheChartsHave() {
    DefaultChange retries =
        Defaults.all().stream()
            .filter(c -> c.id().equals("retry-on-503"))
            .findFirst()
            .orElseThrow();
    assertThat(ways(retries, "1.24")).anyMatch(way -> way.contains("compatibilityVersion=1.23"));
    assertThat(ways(retries, "1.27"))
        .noneMatch(way -> way.contains("compatibilityVersion"))
        .anyMatch(way -> way.contains("up to 1.26 and is gone"));
  }

  private static List<String> ways(DefaultChange change, String to) {
    return change.keep(release(to, "")).stream().map(Language.EN::render).toList();
  }

  @Test
  void bothLanguagesSayEverything() throws IOException {
    assertThat(bundle("messages_zh.properties").stringPropertyNames())
        .isEqualTo(bundle("messages.properties").stringPropertyNames());
    for (DefaultChange change : Defaults.all()) {
      for (Language language : Language.values()) {
        List<String> said = new ArrayList<>();
        said.add(language.render(change.title()));
        said.add(language.render(change.traffic()));
        change.keep(release("1.30", "")).forEach(way -> said.add(language.render(way)));
        assertThat(said)
            .allSatisfy(text -> assertThat(text).isNotBlank().doesNotContain("{0}", "{1}", "''"));
      }
      assertThat(change.source()).contains("1.");
    }
  }

  private static Properties bundle(String name) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = DefaultChange.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return properties;
  }
}
