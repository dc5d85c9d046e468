package io.meshguard.server.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.audit.Failure;
import io.meshguard.kube.Trouble;
import io.meshguard.report.PolicyReports;
import io.meshguard.report.PolicyReports.Owner;
import io.meshguard.rule.Language;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * Keeps reports in the cluster as they should be: writes those that differ from what was written
 * last, and removes those of which nothing is left. Used by one thread.
 */
final class ReportWriter {

  private static final Logger LOG = Logger.getLogger(ReportWriter.class);
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
  private static final List<String> OURS =
      List.of("apiVersion", "kind", "source", "summary", "results");

  private final KubernetesClient client;
  private final Map<String, ObjectNode> written = new TreeMap<>();
  private final Map<String, Instant> found = new HashMap<>();
  private Optional<ReportApi> api = Optional.empty();
  private Instant looked = Instant.MIN;
  private String trouble = "";

  ReportWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Finds out anew what is in the cluster.
   *
   * @return fingerprints of findings whose objects are known to have passed the webhook by
   */
  Set<String> begin(Instant now) {
    written.clear();
    found.clear();
    looked = now;
    api = ReportApi.find(client);
    Set<String> slipped = new HashSet<>();
    api.ifPresent(
        there ->
            there
                .ours()
                .forEach(
                    report -> {
                      written.put(key(report), essence(report));
                      report.path("results").forEach(result -> learn(result, slipped));
                    }));
    return slipped;
  }

  /** Returns whether there is somewhere to write to; looks again from time to time. */
  boolean possible(Instant now) {
    if (api.isEmpty() && !now.isBefore(looked.plus(LOOK_AGAIN))) {
      begin(now);
    }
    return api.isPresent();
  }

  /** Makes the reports say what fails; returns false where that has to be tried again. */
  boolean write(List<Failure> failures, Language language, Optional<Owner> owner, Instant now) {
    if (api.isEmpty()) {
      return true;
    }
    Set<String> current = new HashSet<>();
    failures.forEach(failure -> current.add(failure.judged().finding().fingerprint()));
    found.keySet().retainAll(current);
    PolicyReports reports = new PolicyReports(api.get().api(), language, owner);
    Map<String, ObjectNode> wanted = new TreeMap<>();
    reports
        .of(failures, fingerprint -> found.computeIfAbsent(fingerprint, f -> now))
        .forEach(report -> wanted.put(key(report), report));
    boolean done = true;
    for (Map.Entry<String, ObjectNode> entry : wanted.entrySet()) {
      if (!essence(entry.getValue()).equals(written.get(entry.getKey()))) {
        done &= put(entry.getKey(), entry.getValue(), api.get());
      }
    }
    for (String key : Set.copyOf(written.keySet())) {
      if (!wanted.containsKey(key)) {
        done &= remove(key, api.get());
      }
    }
    return done;
  }

  private boolean put(String key, ObjectNode report, ReportApi there) {
    try {
      there.write(report);
      written.put(key, essence(report));
      return true;
    } catch (KubernetesClientException e) {
      if (isGone(e)) {
        written.remove(key);
        return true;
      }
      return failed(e);
    }
  }

  private boolean remove(String key, ReportApi there) {
    try {
      ObjectNode report = written.get(key);
      if (report != null) {
        there.delete(report);
      }
      written.remove(key);
      return true;
    } catch (KubernetesClientException e) {
      return failed(e);
    }
  }

  private boolean failed(KubernetesClientException e) {
    String message = Trouble.of(e);
    if (!message.equals(trouble)) {
      LOG.warnf("a report cannot be written, tried again later: %s", message);
      trouble = message;
    }
    return false;
  }

  /** The namespace, or the API itself, is being taken away. */
  private static boolean isGone(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
        || String.valueOf(e.getMessage()).contains("being terminated");
  }

  private void learn(JsonNode result, Set<String> slipped) {
    JsonNode properties = result.path("properties");
    String fingerprint = properties.path(PolicyReports.FINGERPRINT).asText("");
    found.put(fingerprint, Instant.ofEpochSecond(result.at("/timestamp/seconds").asLong()));
    if (properties.path(PolicyReports.SLIPPED).asText("").equals("true")) {
      slipped.add(fingerprint);
    }
  }

  private static String key(JsonNode report) {
    return report.at("/metadata/namespace").asText("") + "/" + report.at("/metadata/name").asText();
  }

  /** Returns what is ours in a report, and not the API server's. */
  private static ObjectNode essence(ObjectNode report) {
    ObjectNode essence = JsonNodeFactory.instance.objectNode();
    OURS.forEach(
        field -> Optional.ofNullable(report.get(field)).ifPresent(v -> essence.set(field, v)));
    ObjectNode metadata = essence.putObject("metadata");
    for (String field : List.of("name", "namespace")) {
      Optional.ofNullable(report.path("metadata").get(field))
          .ifPresent(value -> metadata.set(field, value));
    }
    metadata.set("owner", report.at("/metadata/ownerReferences/0/uid"));
    return essence;
  }
}
