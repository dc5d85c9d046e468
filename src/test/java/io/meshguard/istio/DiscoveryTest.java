package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiscoveryTest {

  private static final String NAMESPACES =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {tier: web}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: legacy}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: istio-system}
      """;

  private static final String WEB = "{discoverySelectors: [{matchLabels: {tier: web}}]}";

  private static final Index BY_PORT =
      new Index("services-by-port", Kind.SERVICE, service -> Set.of("80"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      {discoverySelectors: [{matchLabels: {tier: web}}]}                            | istio-system legacy
      {discovery_selectors: [{matchLabels: {tier: web}}]}                           | istio-system legacy
      {discoverySelectors: [{matchLabels: {tier: web}}, {matchLabels: {kubernetes.io/metadata.name: istio-system}}]} | legacy
      {discoverySelectors: [{matchLabels: {tier: web, mesh: a}}]}                   | istio-system legacy shop
      {discoverySelectors: [{matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}]} | shop
      {discoverySelectors: [{matchExpressions: [{key: tier, operator: DoesNotExist}]}]} | shop
      {discoverySelectors: []}                                                      | ''
      {}                                                                            | ''
      {discoverySelectors: [{}]}                                                    | ''
      {discoverySelectors: [{matchLabels: {tier: db}}, {}]}                         | ''
      {discoverySelectors: [{matchLabels: {tier: db}}, {matchLabels: {tier: 1}}]}   | ''
      {discoverySelectors: {matchLabels: {tier: db}}}                               | ''
      {discoverySelectors: [tier]}                                                  | ''
      [not read                                                                     | ''
      """)
  void selectorsAreAlternatives(String config, String leftOut) {
    Discovery discovery = Discovery.of(mesh(facts("1.29"), NAMESPACES, config("istio", config)));
    assertThat(discovery.leftOut())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(leftOut.split(" ")).filter(name -> !name.isEmpty()).toList());
  }

  @Test
  void everyControlPlaneMustLeaveItOut() {
    String other = "{discoverySelectors: [{matchLabels: {kubernetes.io/metadata.name: legacy}}]}";
    Mesh mesh =
        mesh(facts("1.29"), NAMESPACES, config("istio", WEB), config("istio-canary", other));
    assertThat(Discovery.of(mesh).leftOut()).containsExactly("istio-system");

    Mesh open = mesh(facts("1.29"), NAMESPACES, config("istio", WEB), config("istio-canary", "{}"));
    assertThat(Discovery.of(open).leftOut()).isEmpty();
  }

  @Test
  void aControlPlaneOfWhichNoConfigurationIsSeenMayReadEverything() {
    String istiod =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: istiod-%1$s, namespace: istio-system, labels: {istio.io/rev: %1$s}}
        """;
    String injector =
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: istio-sidecar-injector-%1$s, labels: {istio.io/rev: %1$s}}
        webhooks: [{name: rev.namespace.sidecar-injector.istio.io}]
        """;
    String operator =
        """
        apiVersion: install.istio.io/v1alpha1
        kind: IstioOperator
        metadata: {name: %1$s, namespace: istio-system}
        spec: {revision: %1$s}
        """;
    for (String sign : List.of(istiod, injector, operator)) {
      assertThat(leftOut(config("istio", WEB), sign.formatted("canary"))).isEmpty();
      assertThat(leftOut(config("istio", WEB), sign.formatted("default"))).contains("legacy");
      assertThat(leftOut(config("istio-canary", WEB), sign.formatted("canary"))).contains("legacy");
    }
  }

  @Test
  void anotherClusterOfTheMeshMayReadEverything() {
    assertThat(Discovery.of(mesh(facts(true, "1.29"), NAMESPACES, config("istio", WEB))).leftOut())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1.9,, false, false",
    "1.9, 1.29, false, false",
    "1.10,, true, false",
    "1.21, 1.22, true, false",
    "1.22,, true, true",
    "1.24, 1.29, true, true",
    ",, false, false"
  })
  void whatIsPassedOverDependsOnTheVersion(
      String one, String another, boolean services, boolean configuration) {
    MeshFacts facts =
        facts(Stream.of(one, another).filter(text -> text != null).toArray(String[]::new));
    Discovery discovery = Discovery.of(mesh(facts, NAMESPACES, config("istio", WEB)));

    assertThat(passes(discovery, "v1", "Service", "legacy")).isEqualTo(services);
    for (String object :
        List.of(
            "networking.istio.io/v1 VirtualService",
            "networking.istio.io/v1alpha3 EnvoyFilter",
            "telemetry.istio.io/v1 Telemetry",
            "security.istio.io/v1 PeerAuthentication",
            "gateway.networking.k8s.io/v1 HTTPRoute",
            "apps/v1 Deployment",
            "v1 Pod",
            "v1 ConfigMap")) {
      String[] words = object.split(" ");
      assertThat(passes(discovery, words[0], words[1], "legacy"))
          .as(object)
          .isEqualTo(configuration);
      assertThat(passes(discovery, words[0], words[1], "shop")).as(object).isFalse();
    }
    assertThat(passes(discovery, "rbac.authorization.k8s.io/v1", "RoleBinding", "legacy"))
        .isFalse();
    assertThat(passes(discovery, "v1", "Namespace", "")).isFalse();
  }

  @Test
  void inTheRootNamespaceOnlyWhatIstiodReadsIsPassedOver() {
    Discovery discovery = Discovery.of(mesh(facts("1.29"), NAMESPACES, config("istio", WEB)));
    assertThat(passes(discovery, "networking.istio.io/v1", "Gateway", "istio-system")).isTrue();
    assertThat(passes(discovery, "v1", "Service", "istio-system")).isTrue();
    assertThat(passes(discovery, "v1", "ConfigMap", "istio-system")).isFalse();
    assertThat(passes(discovery, "apps/v1", "Deployment", "istio-system")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"'\"false\"', false", "'\"true\"', true", "'\"0\"', false"})
  void configurationIsReadEverywhereWhereThatIsSwitchedOff(String value, boolean configuration) {
    String istiod =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: istiod, namespace: istio-system}
        spec:
          template:
            spec:
              containers:
              - {name: discovery, env: [{name: ENABLE_ENHANCED_RESOURCE_SCOPING, value: %s}]}
        """;
    Discovery discovery =
        Discovery.of(
            mesh(facts("1.24"), NAMESPACES, config("istio", WEB), istiod.formatted(value)));
    assertThat(discovery.leftOut()).contains("legacy");
    assertThat(discovery.configuration()).isEqualTo(configuration);
  }

  @Test
  void aSharedConfigurationThatIsNotSeenMaySelectMore() {
    String istiod =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: istiod, namespace: istio-system}
        spec:
          template:
            spec:
              containers:
              - {name: discovery, env: [{name: SHARED_MESH_CONFIG, value: shared}]}
        """;
    assertThat(leftOut(config("istio", WEB), istiod)).isEmpty();
  }

  @Test
  void aMeshWithoutLeftOutNamespacesIsSeenAsItIs() {
    Mesh mesh = mesh(facts("1.29"), NAMESPACES, config("istio", "{}"));
    assertThat(Discovery.of(mesh).seenIn(mesh)).isSameAs(mesh);
  }

  @Test
  void ofObjectsThatAreGivenOnceItIsWorkedOutOnce() {
    Mesh mesh = mesh(facts("1.29"), NAMESPACES, config("istio", WEB));
    assertThat(Discovery.of(mesh)).isSameAs(Discovery.of(mesh));
  }

  @Test
  void whatIsPassedOverDoesNotCountAndIsNotSaidToBeAbsent() {
    Mesh mesh = seen(service("shop", "cart"), service("legacy", "cart"));

    assertThat(mesh.find(Kind.SERVICE, "shop", "cart").found()).isPresent();
    assertThat(mesh.find(Kind.SERVICE, "legacy", "cart")).isEqualTo(new Lookup.Unknown());
    assertThat(mesh.find(Kind.SERVICE, "legacy", "gone").isAbsent()).isTrue();
    assertThat(mesh.find(Kind.NAMESPACE, "", "legacy").found()).isPresent();
    for (Listing all : List.of(mesh.list(Kind.SERVICE), mesh.list(BY_PORT, "80"))) {
      assertThat(all.items()).extracting(Resource::namespace).containsExactly("shop");
      assertThat(all.complete()).isFalse();
    }
    assertThat(mesh.list(Kind.SERVICE, "legacy")).isEqualTo(Listing.UNKNOWN);
    assertThat(mesh.list(Kind.SERVICE, "shop").complete()).isTrue();
    assertThat(mesh.list(BY_PORT, "81").complete()).isTrue();
    assertThat(mesh.list(Kind.NAMESPACE).complete()).isTrue();
  }

  @Test
  void whatIsDerivedOfThingsThatArePassedOverIsDerivedWithoutThem() {
    MemoizedQuery<Integer> services =
        new MemoizedQuery<>(Set.of(Kind.SERVICE), mesh -> mesh.list(Kind.SERVICE).items().size());
    MemoizedQuery<Integer> namespaces =
        new MemoizedQuery<>(
            Set.of(Kind.NAMESPACE), mesh -> mesh.list(Kind.NAMESPACE).items().size());
    Mesh mesh = seen(service("shop", "cart"), service("legacy", "cart"));
    assertThat(mesh.derive(services)).isEqualTo(1);
    assertThat(mesh.derive(namespaces)).isEqualTo(3);
  }

  private static Mesh seen(String... objects) {
    Mesh mesh =
        mesh(
            facts("1.29"),
            Stream.concat(Stream.of(NAMESPACES, config("istio", WEB)), Stream.of(objects))
                .toArray(String[]::new));
    return Discovery.of(mesh).seenIn(mesh);
  }

  private static Set<String> leftOut(String... objects) {
    return Discovery.of(
            mesh(
                facts("1.29"),
                Stream.concat(Stream.of(NAMESPACES), Stream.of(objects)).toArray(String[]::new)))
        .leftOut();
  }

  private static boolean passes(
      Discovery discovery, String apiVersion, String kind, String namespace) {
    Resource object =
        Manifests.object(
            """
            apiVersion: %s
            kind: %s
            metadata: {name: a, namespace: "%s"}
            """
                .formatted(apiVersion, kind, namespace));
    return discovery.passesOver(object, ObjectMesh.empty(MeshFacts.UNKNOWN));
  }

  private static String service(String namespace, String name) {
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        """
        .formatted(name, namespace);
  }

  private static String config(String map, String config) {
    return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s, namespace: istio-system}
        data:
          mesh: '%s'
        """
        .formatted(map, config);
  }

  private static Mesh mesh(MeshFacts facts, String... texts) {
    String all = Stream.of(texts).collect(Collectors.joining("---\n"));
    return new ObjectMesh(Manifests.objects(all), kind -> true, facts);
  }

  private static MeshFacts facts(String... istio) {
    return facts(false, istio);
  }

  private static MeshFacts facts(boolean multiCluster, String... istio) {
    Set<Version> versions = Stream.of(istio).map(Version::of).collect(Collectors.toSet());
    return new MeshFacts(
        new Versions(versions, !versions.isEmpty()),
        Map.of(),
        Versions.UNKNOWN,
        Versions.UNKNOWN,
        MeshFacts.Platform.UNKNOWN,
        multiCluster,
        Set.of("istio-system"),
        "cluster.local");
  }
}
