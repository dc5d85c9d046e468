package io.meshguard.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the server shows over some time, minute by minute, and which alerts fire when. All but what
 * is told otherwise is well.
 *
 * @param name what happens
 * @param changed values, as promtool writes them, by series; empty where there is no such series
 * @param firing the alerts that fire, by minute
 */
record AlertScenario(
    String name, Map<String, String> changed, SortedMap<Integer, Set<String>> firing) {

  private static final String POD = "{namespace=\"meshguard\",pod=\"a\"%s}";
  private static final String OTHER = "{namespace=\"meshguard\",pod=\"b\"%s}";
  private static final int LONG = 1_700;

  private static final String SYNCED = "meshguard_synced" + POD.formatted("");
  private static final String REVIEWS = reviews("allowed");
  private static final String FAULTS = series("meshguard_rule_faults_total", "rule", "slow-start");
  private static final String INVALID = "meshguard_policy_invalid" + POD.formatted("");
  private static final String ACCEPTED = series("meshguard_policy_state", "state", "accepted");
  private static final String DELETED = series("meshguard_policy_state", "state", "deleted");
  private static final String ENFORCE =
      series("meshguard_policy_enforcement", "enforcement", "enforce");
  private static final String WARN = series("meshguard_policy_enforcement", "enforcement", "warn");
  private static final String EXPIRES =
      "meshguard_certificate_expiration_timestamp_seconds" + POD.formatted("");
  private static final String MESH = series("meshguard_mesh_staleness_seconds", "kind", "Service");
  private static final String UNREADABLE =
      series("meshguard_mesh_unreadable_objects", "kind", "EnvoyFilter");
  private static final String POLICY = "meshguard_policy_staleness_seconds" + POD.formatted("");
  private static final String LAST_RUN =
      "meshguard_audit_last_run_timestamp_seconds" + POD.formatted("");
  private static final String PAUSED = "meshguard_paused" + POD.formatted("");

  static List<AlertScenario> all() {
    return List.of(
        of("all is well", Map.of()).at(10).at(100).at(1_690),
        of("the only replica is not ready", Map.of(SYNCED, "0x30"))
            .at(4)
            .at(8, "MeshguardDown")
            .at(15, "MeshguardDown", "MeshguardNotSynced"),
        of("no replica is there", Map.of(SYNCED, "")).at(4).at(15, "MeshguardDown"),
        of("one of two replicas is not ready", Map.of(other("meshguard_synced"), "0x30"))
            .at(9)
            .at(15, "MeshguardNotSynced"),
        of("nobody asks", Map.of(REVIEWS, "7x" + LONG)).at(1_430).at(1_500, "MeshguardNotAsked"),
        of("a review fails", Map.of(reviews("failed"), "0x9 1x40"))
            .at(9)
            .at(12, "MeshguardReviewsFailing")
            .at(40),
        of("a rule fails", Map.of(FAULTS, "0x9 1x40")).at(9).at(12, "MeshguardRuleFailing").at(40),
        of("answers take two seconds", Map.of(bucket("0.01"), "0x30", bucket("1"), "0x30"))
            .at(9)
            .at(20, "MeshguardSlow"),
        of("reviews are not finished in time", Map.of(reviews("late"), "0+3x30"))
            .at(9)
            .at(20, "MeshguardSlow"),
        of("a review is late now and then", Map.of(reviews("late"), "0+0.5x30")).at(20),
        of("reviews are turned away", Map.of(reviews("overload"), "0+1x30"))
            .at(2)
            .at(10, "MeshguardOverloaded"),
        of("the policy has mistakes", Map.of(INVALID, "2x30"))
            .at(4)
            .at(8, "MeshguardPolicyInvalid"),
        of("the policy is gone", Map.of(ACCEPTED, "0x30", DELETED, "1x30"))
            .at(14)
            .at(20, "MeshguardPolicyDeleted"),
        of("the certificate has eight days left", Map.of(EXPIRES, days(8))).at(30),
        of("the certificate has six days left", Map.of(EXPIRES, days(6)))
            .at(14)
            .at(20, "MeshguardCertificateExpiring"),
        of("changes of Services do not come in", Map.of(MESH, "0+60x30"))
            .at(14)
            .at(20, "MeshguardMeshStale"),
        of("an object cannot be read", Map.of(UNREADABLE, "0x5 1x40 0x20"))
            .at(14)
            .at(30, "MeshguardUnreadableObjects")
            .at(60),
        of("edits of the policy do not come in", Map.of(POLICY, "0+60x30"))
            .at(14)
            .at(20, "MeshguardPolicyStale"),
        of("a watch is opened again", Map.of(MESH, "0+60x8 0x30")).at(30),
        of("the audit has stopped", Map.of(LAST_RUN, "60x" + LONG))
            .at(1_550)
            .at(1_650, "MeshguardAuditNotRunning"),
        of("nobody leads", Map.of(LAST_RUN, nothing(60))).at(29).at(40, "MeshguardAuditNotRunning"),
        of("denials begin", Map.of(reviews("denied"), "0x1440 2+2x60"))
            .at(1_445)
            .at(1_465, "MeshguardDenialsJump"),
        of("denials are usual", Map.of(reviews("denied"), "0+2x" + LONG)).at(1_465),
        of("denials are few", Map.of(reviews("denied"), "0x1440 1+1x60")).at(1_465),
        of("somebody pauses for a while", Map.of(PAUSED, "0x5 1x10 0x20"))
            .at(4)
            .at(10, "MeshguardPaused")
            .at(25),
        of("all rules are capped", Map.of(ENFORCE, "0x" + LONG, WARN, "1x" + LONG))
            .at(1_400)
            .at(1_500, "MeshguardNotEnforcing"));
  }

  private static Map<String, String> well() {
    Map<String, String> series = new TreeMap<>();
    series.put(SYNCED, "1x" + LONG);
    series.put("meshguard_leader" + POD.formatted(""), "1x" + LONG);
    series.put(other("meshguard_leader"), "0x" + LONG);
    series.put(REVIEWS, "0+6x" + LONG);
    for (String verdict : List.of("failed", "late", "overload", "malformed", "denied")) {
      series.put(reviews(verdict), "0x" + LONG);
    }
    for (String limit : List.of("0.01", "1", "3", "+Inf")) {
      series.put(bucket(limit), "0+6x" + LONG);
    }
    for (String zero : List.of(FAULTS, INVALID, DELETED, WARN, MESH, UNREADABLE, POLICY, PAUSED)) {
      series.put(zero, "0x" + LONG);
    }
    series.put(ACCEPTED, "1x" + LONG);
    series.put(ENFORCE, "1x" + LONG);
    series.put(EXPIRES, days(60));
    series.put(series("meshguard_mesh_staleness_seconds", "kind", "Gateway"), nothing(LONG));
    series.put(LAST_RUN, "1+60x" + LONG);
    series.put(other("meshguard_audit_last_run_timestamp_seconds"), nothing(LONG));
    return series;
  }

  private static AlertScenario of(String name, Map<String, String> changed) {
    return new AlertScenario(name, changed, new TreeMap<>());
  }

  private AlertScenario at(int minute, String... alerts) {
    firing.put(minute, Set.of(alerts));
    return this;
  }

  /** Returns a file for {@code promtool test rules} with all scenarios. */
  static ObjectNode tests(Path rules) {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.putArray("rule_files").add(rules.toString());
    file.put("evaluation_interval", "1m");
    ArrayNode tests = file.putArray("tests");
    all().forEach(scenario -> scenario.describe(tests.addObject()));
    return file;
  }

  private void describe(ObjectNode test) {
    test.put("name", name).put("interval", "1m");
    Map<String, String> series = well();
    series.putAll(changed);
    ArrayNode input = test.putArray("input_series");
    series.forEach(
        (key, values) -> {
          if (!values.isEmpty()) {
            input.addObject().put("series", key).put("values", values);
          }
        });
    ArrayNode expected = test.putArray("promql_expr_test");
    firing.forEach(
        (minute, alerts) -> {
          ObjectNode at =
              expected
                  .addObject()
                  .put("expr", "group by (alertname) (ALERTS{alertstate=\"firing\"})")
                  .put("eval_time", minute + "m");
          ArrayNode samples = at.putArray("exp_samples");
          for (String alert : alerts) {
            samples.addObject().put("labels", "{alertname=\"" + alert + "\"}").put("value", 1);
          }
        });
  }

  private static String reviews(String verdict) {
    return series("meshguard_reviews_total", "verdict", verdict);
  }

  private static String bucket(String limit) {
    return "meshguard_review_duration_seconds_bucket"
        + POD.formatted(",entry=\"validate\",le=\"" + limit + "\"");
  }

  private static String series(String metric, String label, String value) {
    return metric + POD.formatted("," + label + "=\"" + value + "\"");
  }

  private static String other(String metric) {
    return metric + OTHER.formatted("");
  }

  /** Returns values that say that there is nothing to say. */
  private static String nothing(int minutes) {
    return String.join(" ", Collections.nCopies(minutes, "NaN"));
  }

  /** Time begins at 0. */
  private static String days(int days) {
    return days * 86_400L + "x" + LONG;
  }
}
