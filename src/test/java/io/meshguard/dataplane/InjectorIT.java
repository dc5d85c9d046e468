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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Creates Pods on a real API server that calls istiod's real injector, with the webhooks of Istio's
 * own chart, and compares what comes back with what the rules say of the same objects.
 */
@RequiresDataPlane
final class InjectorIT {
  private static final String CONFIGURATIONS =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/";
  private static final String CONFIGURATION = "istio-sidecar-injector";
  private static final long LIMIT_MILLIS = 20_000;
  private static final List<String> WISHES = List.of("", "true", "false", "yes");

  /** Findings that say that one wish is ignored, and not that there is no sidecar. */
  private static final Set<String> BESIDE_A_SIDECAR =
      Set.of("revision", "not-exact", "revision-annotation");

  private static final List<String> REVISIONS = List.of("", "default", "canary");

  /** A namespace is never gone here, and its labels stay. */
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private final DataPlane plane;
  private final ApiClient api;
  private final List<JsonNode> chart;
  private final List<String> replacing = new ArrayList<>();

  InjectorIT(DataPlane plane) throws Exception {
    this.plane = plane;
    this.api = plane.controlPlane().api();
    this.chart = Manifests.parse(IstioChart.render(line -> {}));
  }

  @BeforeEach
  void register() throws Exception {
    ObjectNode webhooks = chart("MutatingWebhookConfiguration", CONFIGURATION);
    for (JsonNode webhook : webhooks.path("webhooks")) {
      ObjectNode client = (ObjectNode) webhook.path("clientConfig");
      String path = client.at("/service/path").asText();
      client.removeAll();
      client.put("url", plane.webhooks() + path);
      ((ObjectNode) webhook).put("failurePolicy", "Fail");
    }
    assertThat(api.apply(CONFIGURATIONS + CONFIGURATION, webhooks).status()).isLessThan(300);
    long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    while (!configuration().findValuesAsText("caBundle").stream().allMatch(ca -> ca.length() > 100)
        || configuration().findValues("caBundle").size() < webhooks.path("webhooks").size()) {
      assertThat(System.nanoTime()).as("istiod puts its certificate in place").isLessThan(end);
      Thread.sleep(50);
    }
    plane.controlPlane().createNamespace("ready", Map.of("istio-injection", "enabled"));
    while (!isInjected(create("ready", pod(Map.of(), Map.of(), false)))) {
      assertThat(System.nanoTime()).as("the webhooks are called").isLessThan(end);
      Thread.sleep(50);
    }
  }

  @AfterEach
  void remove() throws Exception {
    api.delete(CONFIGURATIONS + CONFIGURATION);
    for (String name : replacing) {
      api.delete(CONFIGURATIONS + name);
    }
  }

  private ObjectNode chart(String kind, String name) {
    return (ObjectNode)
        chart.stream()
            .filter(o -> Manifests.kind(o).equals(kind) && Manifests.name(o).equals(name))
            .findFirst()
            .orElseThrow()
            .deepCopy();
  }

  private JsonNode configuration() throws IOException, InterruptedException {
    return ApiClient.tree(api.get(CONFIGURATIONS + CONFIGURATION));
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
          boolean injected = isInjected(create(namespace, pod));
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
        ApiClient.Answer answer = create("hold", pod);
        if (answer.status() >= 300) {
          continue;
        }
        boolean waits = waits(ApiClient.tree(answer));
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "holdApplicationUntilProxyStarts: \"yes\"",
        "holdApplicationUntilProxyStarts: \"true\"",
        "proxyMetadata: {ISTIO_META_DNS_CAPTURE: true}",
        "proxyMetadata: {LIMIT: 1}"
      })
  void eachMistakeInAnAnnotationIsRefused(String config) throws Exception {
    JsonNode pod = pod(Map.of(), Map.of("proxy.istio.io/config", config), false);

    ApiClient.Answer answer = create("ready", pod);

    assertThat(answer.status()).as(answer.body()).isGreaterThanOrEqualTo(400);
    assertThat(answer.body()).contains("failed to convert to apply proxy config");
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
    "conflicting-injection-labels, Fixed 1, sidecar",
    "invalid-proxy-config-annotation, Bad 1, failed to convert to apply proxy config",
    "invalid-proxy-config-annotation, Good 1, sidecar",
    "invalid-proxy-config-annotation, Fixed 1, sidecar"
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
        case "MutatingWebhookConfiguration" -> replaceWebhooks(object);
        default -> pod = pod(object.findValue("template"));
      }
    }
    String namespace = "page-" + NAMESPACES.incrementAndGet();
    plane.controlPlane().createNamespace(namespace, labels);
    ApiClient.Answer answer = create(namespace, pod);
    switch (expected) {
      case "sidecar" -> assertThat(isInjected(answer)).isTrue();
      case "no sidecar" -> assertThat(isInjected(answer)).isFalse();
      default -> {
        assertThat(answer.status()).as(answer.body()).isGreaterThanOrEqualTo(400);
        assertThat(ApiClient.tree(answer).path("message").asText()).contains(expected);
        assertThat(source.section()).contains(expected);
      }
    }
  }

  private static JsonNode pod(JsonNode template) {
    ObjectNode pod = template.deepCopy();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    pod.withObject("/metadata").put("name", "web");
    return pod;
  }

  /** Puts an example's webhooks in the place of the chart's; they lead to the same istiod. */
  private void replaceWebhooks(JsonNode example) throws Exception {
    ObjectNode webhooks = example.deepCopy();
    JsonNode other = configuration().at("/webhooks/0");
    for (JsonNode webhook : webhooks.path("webhooks")) {
      for (String field :
          List.of("clientConfig", "rules", "sideEffects", "admissionReviewVersions")) {
        ((ObjectNode) webhook).set(field, other.path(field));
      }
    }
    String name = Manifests.name(example);
    assertThat(api.apply(CONFIGURATIONS + name, webhooks).status()).isLessThan(300);
    replacing.add(name);
    api.delete(CONFIGURATIONS + CONFIGURATION);
    plane.controlPlane().createNamespace("replaced", Map.of("istio.io/rev", "1-8-1"));
    long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    while (isInjected(create("ready", pod(Map.of(), Map.of(), false)))
        || !isInjected(create("replaced", pod(Map.of(), Map.of(), false)))) {
      assertThat(System.nanoTime()).as("the example's webhooks are called").isLessThan(end);
      Thread.sleep(50);
    }
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

  /** Admission runs, and nothing is stored. */
  private ApiClient.Answer create(String namespace, JsonNode pod)
      throws IOException, InterruptedException {
    return api.post("/api/v1/namespaces/" + namespace + "/pods?dryRun=All", pod);
  }

  private static boolean isInjected(ApiClient.Answer answer) throws IOException {
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return ApiClient.tree(answer).at("/spec").toString().contains("\"istio-proxy\"");
  }

  /** A native sidecar is an init container that stays; else its hook blocks what comes behind. */
  private static boolean waits(JsonNode pod) {
    for (JsonNode container : pod.at("/spec/initContainers")) {
      if (container.path("name").asText().equals("istio-proxy")) {
        return true;
      }
    }
    JsonNode first = pod.at("/spec/containers/0");
    return first.path("name").asText().equals("istio-proxy")
        && first.at("/lifecycle/postStart").isObject();
  }

  private Mesh mesh(Resource pod, JsonNode namespace) throws IOException, InterruptedException {
    List<Resource> objects = new ArrayList<>();
    objects.add(pod);
    JsonNode webhooks = configuration();
    for (JsonNode object : List.of(named(namespace, "v1", "Namespace"), webhooks)) {
      objects.add(Resource.of(object, "", Origin.NONE));
    }
    objects.add(Resource.of(chart("Deployment", "istiod"), "istio-system", Origin.NONE));
    objects.add(Resource.of(chart("ConfigMap", CONFIGURATION), "istio-system", Origin.NONE));
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
