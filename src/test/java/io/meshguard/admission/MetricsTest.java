package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.admission.Exposition.Sample;
import io.meshguard.audit.NotJudged;
import io.meshguard.deploy.DocumentedMetrics;
import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.policy.Enforcement;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.resource.Kind;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.audit.AuditMeters;
import io.meshguard.server.audit.Audited;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server shows to Prometheus, compared with the page about it. */
@QuarkusTest
class MetricsTest {

  private static final String OURS = "meshguard_";
  private static final String UNREACHABLE =
      """
      {"hosts":["shop"],"http":[
        {"route":[{"destination":{"host":"shop"}}]},
        {"match":[{"uri":{"prefix":"/late"}}],"route":[{"destination":{"host":"other"}}]}]}\
      """;

  @TestHTTPResource(value = "/", tls = true)
  @SuppressWarnings("NullAway.Init") // set by Quarkus
  URI server;

  @Inject
  @SuppressWarnings("NullAway.Init") // set by Quarkus
  AuditMeters audit;

  @BeforeEach
  void everythingHappensOnce() {
    post(Reviews.create(UNREACHABLE));
    Audited.once(audit, judged());
  }

  @AfterEach
  void noAudit() {
    Audited.end(audit);
  }

  @Test
  void thePageListsWhatThereIs() {
    Exposition shown = shown();
    Map<String, DocumentedMetrics.Row> documented = DocumentedMetrics.all();

    assertThat(documented.keySet().stream().filter(name -> name.startsWith(OURS)))
        .containsExactlyElementsOf(
            shown.types().keySet().stream().filter(name -> name.startsWith(OURS)).toList());
    documented.forEach(
        (name, row) -> {
          assertThat(shown.types()).as("shown").containsEntry(name, row.type());
          Set<String> labels =
              shown.of(name).stream()
                  .flatMap(sample -> sample.labels().keySet().stream())
                  .filter(label -> !label.equals("le"))
                  .collect(Collectors.toCollection(TreeSet::new));
          assertThat(labels).as("labels of %s", name).isEqualTo(row.labels());
        });
  }

  @Test
  void noRequestMakesALabel() {
    for (int i = 0; i < 20; i++) {
      ObjectNode strange = Reviews.create(UNREACHABLE);
      Reviews.request(strange).put("operation", "OP-" + i).put("namespace", "ns-" + i);
      post(strange);
      ObjectNode widget = Reviews.create("{}");
      Reviews.object(widget).put("apiVersion", "example-" + i + ".com/v1").put("kind", "W" + i);
      ((ObjectNode) Reviews.request(widget).path("kind"))
          .put("group", "example-" + i + ".com")
          .put("kind", "W" + i);
      post(widget);
      ObjectNode named = Reviews.create(UNREACHABLE);
      ((ObjectNode) Reviews.object(named).path("metadata")).put("name", "shop-" + i);
      ((ObjectNode) Reviews.request(named).path("userInfo")).put("username", "jane-" + i);
      post(named);
    }
    Map<String, Set<String>> values = values();

    List<Sample> ours =
        shown().samples().stream().filter(sample -> sample.name().startsWith(OURS)).toList();
    assertThat(ours)
        .hasSizeLessThan(1_000)
        .allSatisfy(
            sample ->
                sample
                    .labels()
                    .forEach(
                        (label, value) -> {
                          if (!label.equals("le")) {
                            assertThat(values).containsKey(label);
                            assertThat(values.get(label)).as("%s", sample).contains(value);
                          }
                        }));
    assertThat(ours)
        .anySatisfy(
            sample -> {
              assertThat(sample.labels()).containsEntry("kind", "other");
              assertThat(sample.labels()).containsEntry("operation", "CREATE");
            });
  }

  @Test
  void whatSomebodyIsWokenForIsThereBeforeItHappens() {
    Exposition shown = shown();

    for (String entry : List.of("validate", "mutate", "policy")) {
      for (String verdict : List.of("failed", "late", "overload", "malformed", "over_limit")) {
        assertThat(shown.of("meshguard_reviews_total"))
            .anySatisfy(
                sample ->
                    assertThat(sample.labels())
                        .containsEntry("entry", entry)
                        .containsEntry("verdict", verdict));
      }
    }
    for (String metric : List.of("meshguard_rule_faults_total", "meshguard_rule_cut_short_total")) {
      assertThat(shown.of(metric)).hasSameSizeAs(Catalogue.infos());
    }
  }

  @Test
  void stateAndCertificateAreThoseOfTheServer() {
    Exposition shown = shown();

    assertThat(held(shown, "meshguard_policy_state")).containsExactly(Map.of("state", "default"));
    assertThat(held(shown, "meshguard_policy_enforcement"))
        .containsExactly(Map.of("enforcement", "enforce"));
    assertThat(shown.of("meshguard_certificate_expiration_timestamp_seconds"))
        .singleElement()
        .satisfies(
            sample ->
                assertThat(sample.value()).isGreaterThan((double) Instant.now().getEpochSecond()));
    assertThat(shown.of("meshguard_mesh_objects"))
        .as("nothing is said of a cluster where there is none")
        .isNotEmpty()
        .allSatisfy(sample -> assertThat(sample.value()).isNaN());
  }

  private static List<Map<String, String>> held(Exposition shown, String metric) {
    return shown.of(metric).stream()
        .filter(sample -> sample.value() == 1)
        .map(Sample::labels)
        .toList();
  }

  /** Every value that a label may have. */
  private static Map<String, Set<String>> values() {
    Set<String> rules =
        Catalogue.infos().stream().map(rule -> rule.id()).collect(Collectors.toSet());
    Set<String> kinds =
        Stream.concat(
                Catalogue.infos().stream()
                    .flatMap(
                        rule -> Stream.concat(rule.subjects().stream(), rule.reads().stream())),
                Stream.of(Kind.NAMESPACE, Kind.MUTATING_WEBHOOK_CONFIGURATION, Kind.CONFIG_MAP))
            .map(Kind::toString)
            .collect(Collectors.toSet());
    kinds.add("other");
    Set<String> modes = texts(Arrays.stream(Mode.values()).map(Mode::text), "exempt");
    return Map.of(
        "entry", Set.of("validate", "mutate", "policy"),
        "limit", texts(Arrays.stream(ReviewLimit.values()).map(ReviewLimit::text)),
        "kind", kinds,
        "operation", Set.of("CREATE", "UPDATE", "DELETE", "CONNECT", "other"),
        "verdict", texts(Arrays.stream(ReviewOutcome.values()).map(ReviewOutcome::text)),
        "rule", rules,
        "reason", texts(Arrays.stream(NotJudged.Cause.values()).map(NotJudged.Cause::text)),
        "mode", modes,
        "state",
            texts(
                Arrays.stream(PolicyHolder.State.values())
                    .map(state -> state.name().toLowerCase(Locale.ROOT))),
        "enforcement", texts(Arrays.stream(Enforcement.values()).map(Enforcement::text)));
  }

  private static Set<String> texts(Stream<String> some, String... more) {
    return Stream.concat(some, Arrays.stream(more)).collect(Collectors.toSet());
  }

  private static List<GradedFinding> judged() {
    AdmissionRequest request = Reviews.read(Reviews.create(UNREACHABLE));
    return new Engine(Catalogue.rules())
        .judge(
            new Review(
                Operation.CREATE,
                new Subject(
                    request.object().orElseThrow(), Map.of(), Optional.empty(), LocalDate.EPOCH),
                Optional.empty(),
                false,
                ObjectMesh.empty(MeshFacts.UNKNOWN),
                SampleSettings.of(Mode.WARN)))
        .judged();
  }

  private void post(ObjectNode review) {
    WebhookClient client = new WebhookClient(server);
    assertThat(client.post("/validate", Reviews.bytes(review)).status()).isEqualTo(200);
    assertThat(client.post("/mutate", Reviews.bytes(review)).status()).isEqualTo(200);
  }

  private Exposition shown() {
    return Exposition.read(new WebhookClient(server).get("/q/metrics").body());
  }
}
