package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ApiClient;
import io.meshguard.controlplane.IstioChart;
import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.InjectionResult;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rules.Catalogue;
import io.meshguard.rules.ObservedPage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Creates Pods on a real API server that calls istiod's real injector, with the webhooks of Istio's
 * own chart, and compares what comes back with what the rules say of the same objects.
 */
@RequiresDataPlane(sidecars = false)
final class InjectorIT {
  private static final List<String> WISHES = List.of("", "true", "false", "yes");

  /** Findings that say that one wish is ignored, and not that there is no sidecar. */
  private static final Set<String> BESIDE_A_SIDECAR =
      Set.of("revision", "not-exact", "revision-annotation");

  /** Fields of every type that an annotation may have. */
  private static final List<String> FIELDS =
      List.of(
          "holdApplicationUntilProxyStarts: %s",
          "concurrency: %s",
          "statusPort: %s",
          "drainDuration: %s",
          "terminationDrainDuration: %s",
          "discoveryAddress: %s",
          "proxyMetadata: %s",
          "proxyMetadata: {A: %s}",
          "runtimeValues: {a: %s}",
          "tracing: %s",
          "tracing: {sampling: %s}",
          "tracing: {zipkin: {address: %s}}",
          "tracing: {customTags: {a: {literal: {value: %s}}}}",
          "tracing: {maxPathTagLength: %s}",
          "controlPlaneAuthPolicy: %s",
          "interceptionMode: %s",
          "extraStatTags: %s",
          "proxyStatsMatcher: {inclusionPrefixes: %s}",
          "proxyStatsMatcher: {inclusionPrefixes: [%s]}",
          "gatewayTopology: {numTrustedProxies: %s}",
          "gatewayTopology: {proxyProtocol: %s}",
          "proxyHeaders: {preserveHttp1HeaderCase: %s}",
          "proxyHeaders: {requestId: {disabled: %s}}",
          "proxyHeaders: {forwardedClientCert: %s}",
          "readinessProbe: {httpGet: {port: %s}}",
          "readinessProbe: {periodSeconds: %s}",
          "image: {imageType: %s}",
          "caCertificatesPem: %s",
          "privateKeyProvider: {qat: {pollDelay: %s}}",
          "statsCompression: %s",
          "fileFlushInterval: %s",
          "noSuchField: %s");

  private static final List<String> VALUES =
      List.of(
          "true",
          "\"true\"",
          "yes",
          "1",
          "\"1\"",
          "1.0",
          "1.5",
          "-1",
          "1e3",
          "0x10",
          "010",
          "99999999999",
          "null",
          "~",
          "\"\"",
          "[]",
          "{}",
          "text",
          "5s",
          "\"1.5s\"",
          "5m",
          "1 s",
          "-5s",
          "2001-01-01",
          "[a]",
          "[1]",
          "{a: b}",
          "{a: 1}",
          "{a: null}",
          "REDIRECT",
          "redirect",
          "MUTUAL_TLS",
          "[null]",
          ".5",
          "NaN",
          "1_000",
          "0o7",
          "\"0x10\"",
          "\" 1\"",
          "SANITIZE",
          "\"1 \"",
          "\"null\"",
          "\"0\"",
          "1h30m",
          "1.5h",
          ".5s",
          "5.s",
          "+5s",
          "\"-0\"");

  private static final List<String> REVISIONS = List.of("", "default", "canary");

  /** A namespace is never gone here, and its labels stay. */
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private final DataPlane plane;
  private final ApiClient api;
  private final List<JsonNode> chart;
  private final Injector injector;

  InjectorIT(DataPlane plane) throws Exception {
    this.plane = plane;
    this.api = plane.controlPlane().api();
    this.chart = Manifests.parse(IstioChart.render(line -> {}));
    this.injector = Injector.register(plane, chart);
  }

  @AfterEach
  void remove() throws Exception {
    injector.close();
  }

  private ObjectNode chart(String kind, String name) {
    return (ObjectNode)
        chart.stream()
            .filter(o -> Manifests.kind(o).equals(kind) && Manifests.name(o).equals(name))
            .findFirst()
            .orElseThrow()
            .deepCopy();
  }

  @Test
  void podsGetASidecarWhereTheRulesSaySo() throws Exception {
    Rule ignored = rule("injection-label-ignored");
    int created = 0;
    int undecided = 0;
    int findings = 0;
    List<String> differences = new ArrayList<>();
    int number = 0;
    for (String enabled : List.of("", "enabled", "disabled", "true")) {
      for (String revision : REVISIONS) {
        Map<String, String> labels = new TreeMap<>();
        put(labels, "istio-injection", enabled);
        put(labels, "istio.io/rev", revision);
        String namespace = "inject-" + number++;
        plane.controlPlane().createNamespace(namespace, labels);
        JsonNode stored = ApiClient.tree(api.get("/api/v1/namespaces/" + namespace));
        for (JsonNode pod : pods()) {
          boolean injected = Injector.isInjected(injector.create(namespace, pod));
          created++;
          Resource object = Resource.of(pod, namespace, Origin.NONE);
          Mesh mesh = mesh(object, stored);
          InjectionResult said =
              new Injection(mesh).decide(Workload.of(object).orElseThrow()).outcome();
          boolean finding =
              findings(ignored, object, mesh).stream()
                  .map(each -> each.message().key())
                  .anyMatch(
                      key -> !BESIDE_A_SIDECAR.contains(key.substring(key.lastIndexOf('.') + 1)));
          findings += finding ? 1 : 0;
          boolean right =
              switch (said) {
                case INJECTED, PRESUMED -> injected;
                case NOT_INJECTED -> !injected;
                case UNKNOWN -> true;
              };
          undecided += said == InjectionResult.UNKNOWN ? 1 : 0;
          if (!right || (finding && injected)) {
            differences.add(
                "%s in %s: %s, said %s, finding %s"
                    .formatted(pod.path("metadata"), labels, injected, said, finding));
          }
        }
      }
    }
    assertThat(differences).as("differences of %d Pods", created).isEmpty();
    assertThat(undecided).as("Pods of which nothing is said").isLessThan(created / 10);
    assertThat(findings).as("Pods that ask for a sidecar and get none").isPositive();
    System.out.printf(
        "%d Pods through istiod's injector, %d undecided, %d findings%n",
        created, undecided, findings);
  }

  @Test
  void applicationsWaitForTheirProxyWhereTheRulesSaySo() throws Exception {
    plane.controlPlane().createNamespace("hold", Map.of("istio-injection", "enabled"));
    JsonNode namespace = ApiClient.tree(api.get("/api/v1/namespaces/hold"));
    Rule early = rule("app-starts-before-proxy");
    Rule ineffective = rule("ineffective-hold");
    int findings = 0;
    List<String> differences = new ArrayList<>();
    List<String> configs =
        List.of(
            "",
            "holdApplicationUntilProxyStarts: true",
            "holdApplicationUntilProxyStarts: false",
            "{\"holdApplicationUntilProxyStarts\": true}",
            "concurrency: 1",
            "defaultConfig:\n  holdApplicationUntilProxyStarts: true",
            "proxyMetadata:\n  holdApplicationUntilProxyStarts: \"true\"");
    for (String config : configs) {
      for (String nativeSidecar : List.of("", "true", "false")) {
        Map<String, String> annotations = new TreeMap<>();
        put(annotations, "proxy.istio.io/config", config);
        put(annotations, "sidecar.istio.io/nativeSidecar", nativeSidecar);
        JsonNode pod = pod(Map.of("app", "web"), annotations, false);
        ApiClient.Answer answer = injector.create("hold", pod);
        if (answer.status() >= 300) {
          continue;
        }
        boolean waits = Injector.waits(ApiClient.tree(answer));
        Resource object = Resource.of(pod, "hold", Origin.NONE);
        Mesh mesh = mesh(object, namespace);
        boolean starts = !findings(early, object, mesh).isEmpty();
        boolean misplaced = !findings(ineffective, object, mesh).isEmpty();
        findings += starts || misplaced ? 1 : 0;
        // What is always waited for needs no wish, and a wish is in vain then.
        boolean needless = waits && !nativeSidecar.equals("false");
        // An annotation that says "false" is its author's choice, and no finding.
        boolean chosen = config.contains("Starts: false");
        if ((starts && waits)
            || (misplaced && waits && !needless)
            || (!starts && !misplaced && !waits && !chosen)) {
          differences.add(
              "%s: waits %s, app-starts-before-proxy %s, ineffective-hold %s"
                  .formatted(annotations, waits, starts, misplaced));
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(findings).isPositive();
  }

  /** Creates the Pod of an example's workload, or any where it has none, in its namespace. */
  @ParameterizedTest
  @CsvSource({
    "injection-label-ignored, Bad 1, no sidecar",
    "injection-label-ignored, Bad 2, no sidecar",
    "injection-label-ignored, Bad 3, sidecar",
    "injection-label-ignored, Good 1, sidecar",
    "injection-label-ignored, Fixed 1, sidecar",
    "conflicting-injection-labels, Bad 1, no sidecar",
    "conflicting-injection-labels, Good 1, sidecar",
    "conflicting-injection-labels, Fixed 1, sidecar"
  })
  void pagesSayWhatIsSeen(String page, String name, String expected) throws Exception {
    ObservedPage source = ObservedPage.of(page);
    assertThat(source.section()).contains("Seen with Istio 1.31's injector:");
    List<JsonNode> objects = Manifests.parse(source.example(name));
    Map<String, String> labels = Map.of();
    JsonNode pod = pod(Map.of(), Map.of(), false);
    for (JsonNode object : objects) {
      switch (Manifests.kind(object)) {
        case "Namespace" -> labels = Manifests.texts(object.at("/metadata/labels"));
        case "MutatingWebhookConfiguration" -> injector.replace(plane, object);
        default -> pod = pod(object.findValue("template"));
      }
    }
    String namespace = "page-" + NAMESPACES.incrementAndGet();
    plane.controlPlane().createNamespace(namespace, labels);
    boolean injected = Injector.isInjected(injector.create(namespace, pod));
    assertThat(injected).isEqualTo(expected.equals("sidecar"));
  }

  private static JsonNode pod(JsonNode template) {
    ObjectNode pod = template.deepCopy();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    pod.withObject("/metadata").put("name", "web");
    return pod;
  }

  @Test
  void annotationsAreRefusedWhereTheRuleSaysSo() throws Exception {
    plane.controlPlane().createNamespace("config", Map.of("istio-injection", "enabled"));
    JsonNode namespace = ApiClient.tree(api.get("/api/v1/namespaces/config"));
    Rule invalid = rule("invalid-proxy-config-annotation");
    int refusals = 0;
    int found = 0;
    List<String> differences = new ArrayList<>();
    for (String field : FIELDS) {
      for (String value : VALUES) {
        String config = field.formatted(value);
        JsonNode pod = pod(Map.of(), Map.of("proxy.istio.io/config", config), false);
        ApiClient.Answer answer = injector.create("config", pod);
        boolean refused = answer.status() >= 300;
        Resource object = Resource.of(pod, "config", Origin.NONE);
        boolean finding = !findings(invalid, object, mesh(object, namespace)).isEmpty();
        refusals += refused ? 1 : 0;
        found += refused && finding ? 1 : 0;
        if (finding && !refused) {
          differences.add(config);
        }
      }
    }
    // What Istio says about values of the right type, the rule leaves to Istio.
    assertThat(differences).as("findings in what istiod takes").isEmpty();
    assertThat(found).as("findings for %d refusals", refusals).isGreaterThan(refusals / 2);
  }

  private static void put(Map<String, String> map, String key, String value) {
    if (!value.isEmpty()) {
      map.put(key, value);
    }
  }

  private static List<JsonNode> pods() {
    List<JsonNode> pods = new ArrayList<>();
    for (String label : WISHES) {
      for (String annotation : WISHES) {
        for (String revision : REVISIONS) {
          for (boolean host : new boolean[] {false, true}) {
            Map<String, String> labels = new LinkedHashMap<>();
            put(labels, "sidecar.istio.io/inject", label);
            put(labels, "istio.io/rev", revision);
            Map<String, String> annotations = new LinkedHashMap<>();
            put(annotations, "sidecar.istio.io/inject", annotation);
            pods.add(pod(labels, annotations, host));
          }
        }
      }
    }
    return pods;
  }

  private static JsonNode pod(
      Map<String, String> labels, Map<String, String> annotations, boolean hostNetwork) {
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata").put("name", "web");
    ObjectNode labelled = metadata.putObject("labels");
    labels.forEach(labelled::put);
    ObjectNode annotated = metadata.putObject("annotations");
    annotations.forEach(annotated::put);
    ObjectNode spec = pod.putObject("spec");
    if (hostNetwork) {
      spec.put("hostNetwork", true);
    }
    spec.putArray("containers").addObject().put("name", "app").put("image", "web:1");
    return pod;
  }

  private Mesh mesh(Resource pod, JsonNode namespace) throws IOException, InterruptedException {
    List<Resource> objects = new ArrayList<>();
    objects.add(pod);
    JsonNode webhooks = injector.configuration();
    for (JsonNode object : List.of(named(namespace, "v1", "Namespace"), webhooks)) {
      objects.add(Resource.of(object, "", Origin.NONE));
    }
    objects.add(Resource.of(chart("Deployment", "istiod"), "istio-system", Origin.NONE));
    objects.add(
        Resource.of(chart("ConfigMap", Injector.CONFIGURATION), "istio-system", Origin.NONE));
    objects.add(Resource.of(chart("ConfigMap", "istio"), "istio-system", Origin.NONE));
    Versions kubernetes = new Versions(Set.of(Version.of("1.35")), true);
    MeshFacts facts =
        new MeshFacts(
            new Versions(Set.of(Version.of("1.31")), true),
            Map.of(),
            kubernetes,
            kubernetes,
            MeshFacts.Platform.OTHER,
            false,
            Set.of("istio-system"),
            "cluster.local");
    return new ObjectMesh(objects, kind -> true, facts);
  }

  private static JsonNode named(JsonNode object, String version, String kind) {
    return ((ObjectNode) object).put("apiVersion", version).put("kind", kind);
  }

  private static Rule rule(String id) {
    return Catalogue.rules().stream()
        .filter(rule -> rule.info().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static List<Finding> findings(Rule rule, Resource object, Mesh mesh) {
    Report report = new Report(rule, object, Parameters.NONE);
    rule.check(object, mesh, report);
    return report.findings();
  }
}
