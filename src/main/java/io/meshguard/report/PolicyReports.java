package io.meshguard.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.audit.Failure;
import io.meshguard.engine.GradedFinding;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Failures as report objects that dashboards read: one a namespace, one for the objects that are in
 * none, each split where it grows too long. Both APIs have the same fields (openreports
 * apis/openreports.io/v1alpha1/report_types.go, wg-policy-prototypes
 * wgpolicyk8s.io/v1alpha2/policyreport_types.go).
 *
 * @param api the API to write for
 * @param language language of messages
 * @param owner what goes together with the reports
 */
public record PolicyReports(Api api, Language language, Optional<Owner> owner) {

  /** Results of one report. */
  public static final int MOST_RESULTS = 1_000;

  /** Label that marks the reports that are ours. */
  public static final String LABEL = "app.kubernetes.io/managed-by";

  /** Property of a result that names its finding. */
  public static final String FINGERPRINT = "fingerprint";

  /** Property of a result whose object has passed the webhook by. */
  public static final String SLIPPED = "slipped";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The APIs that there are for reports, the newer first. */
  public enum Api {
    OPEN_REPORTS("openreports.io", "v1alpha1", "Report"),
    POLICY_REPORTS("wgpolicyk8s.io", "v1alpha2", "PolicyReport");

    private final String group;
    private final String version;
    private final String kind;

    Api(String group, String version, String kind) {
      this.group = group;
      this.version = version;
      this.kind = kind;
    }

    /** Returns group and version. */
    public String apiVersion() {
      return group + "/" + version;
    }

    /** Returns the kind of reports on a namespace, or of those on what is in none. */
    public String kind(boolean namespaced) {
      return namespaced ? kind : "Cluster" + kind;
    }

    /** Returns the resource name of a kind of reports. */
    public String plural(boolean namespaced) {
      return kind(namespaced).toLowerCase(Locale.ROOT) + "s";
    }
  }

  /** An object whose deletion takes the reports with it. */
  public record Owner(String apiVersion, String kind, String name, String uid) {}

  /**
   * Returns the reports.
   *
   * @param failures by namespace
   * @param found when a finding was first found, by its fingerprint
   */
  public List<ObjectNode> of(List<Failure> failures, Function<String, Instant> found) {
    Map<String, List<Failure>> byNamespace = new TreeMap<>();
    for (Failure failure : failures) {
      String namespace = failure.judged().finding().object().ref().namespace();
      byNamespace.computeIfAbsent(namespace, n -> new ArrayList<>()).add(failure);
    }
    List<ObjectNode> reports = new ArrayList<>();
    byNamespace.forEach(
        (namespace, here) -> {
          for (int from = 0; from < here.size(); from += MOST_RESULTS) {
            int to = Math.min(here.size(), from + MOST_RESULTS);
            int part = from / MOST_RESULTS + 1;
            reports.add(report(namespace, part, here.subList(from, to), found));
          }
        });
    return reports;
  }

  private ObjectNode report(
      String namespace, int part, List<Failure> failures, Function<String, Instant> found) {
    boolean namespaced = !namespace.isEmpty();
    ObjectNode report = JSON.objectNode();
    report.put("apiVersion", api.apiVersion()).put("kind", api.kind(namespaced));
    ObjectNode metadata = report.putObject("metadata");
    metadata.put("name", part == 1 ? ProductInfo.NAME : ProductInfo.NAME + "-" + part);
    if (namespaced) {
      metadata.put("namespace", namespace);
    }
    metadata.putObject("labels").put(LABEL, ProductInfo.NAME);
    owner.ifPresent(
        one ->
            metadata
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", one.apiVersion())
                .put("kind", one.kind())
                .put("name", one.name())
                .put("uid", one.uid()));
    if (api == Api.OPEN_REPORTS) {
      report.put("source", ProductInfo.NAME);
    }
    int denials = (int) failures.stream().filter(f -> f.judged().mode() == Mode.DENY).count();
    report
        .putObject("summary")
        .put("pass", 0)
        .put("fail", denials)
        .put("warn", failures.size() - denials)
        .put("error", 0)
        .put("skip", 0);
    ArrayNode results = report.putArray("results");
    failures.forEach(failure -> results.add(result(failure, found)));
    return report;
  }

  private ObjectNode result(Failure failure, Function<String, Instant> found) {
    GradedFinding judged = failure.judged();
    Finding finding = judged.finding();
    Instant since = found.apply(finding.fingerprint());
    ObjectNode result = JSON.objectNode();
    result.put("source", ProductInfo.NAME).put("policy", finding.rule().id());
    result.put("category", "Istio").put("severity", severity(judged.mode()));
    result.putObject("timestamp").put("seconds", since.getEpochSecond()).put("nanos", 0);
    result.put("result", judged.mode() == Mode.DENY ? "fail" : "warn");
    result.put("scored", judged.mode() == Mode.DENY);
    result.putArray("resources").add(reference(finding.object()));
    result.put("message", Headline.of(finding, language));
    ObjectNode properties = result.putObject("properties");
    properties.put(FINGERPRINT, finding.fingerprint());
    properties.put("mode", judged.mode().text()).put("path", finding.path().toString());
    judged.because().ifPresent(because -> properties.put("because", because.text()));
    if (failure.slipped()) {
      properties.put(SLIPPED, "true");
    }
    return result;
  }

  /** Returns a reference to an object, as Events and reports name it. */
  public static ObjectNode reference(Resource object) {
    ObjectNode reference = JSON.objectNode();
    reference.put("apiVersion", object.ref().apiVersion()).put("kind", object.kind().name());
    if (!object.ref().namespace().isEmpty()) {
      reference.put("namespace", object.ref().namespace());
    }
    reference.put("name", object.name());
    JsonNode uid = object.tree().path("metadata").path("uid");
    return uid.isTextual() ? reference.put("uid", uid.textValue()) : reference;
  }

  private static String severity(Mode mode) {
    return switch (mode) {
      case DENY -> "high";
      case WARN -> "medium";
      case FIX, OFF -> "low";
    };
  }
}
