package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.admission.sample.BadFields;
import io.meshguard.admission.sample.EmptyMesh;
import io.meshguard.engine.Engine;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Permissions;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rules.routing.UnreachableRoute;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReviewerTest {

  private static final Guidance GUIDANCE = new Guidance("#mesh-help", "", false, true, false);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void aDenialSaysWhatWhoAndHowToGetPast() {
    AdmissionResponse answer = validate(Mode.DENY, Reviews.create("{\"bad1\":1,\"good\":2}"));

    assertThat(answer.denial())
        .contains(
            """
            1 finding, 1 denied
            [bad-fields] VirtualService shop/shop spec.bad1: field bad1 is bad, everything stops
              fix: remove bad1
                corrected: yes
            bad-fields: denied by toggle bad-fields in ConfigMap meshguard-policy
            exemption: ask the policy owner for an entry under "exemptions" in ConfigMap meshguard-policy
            contact: #mesh-help
            ref: 705ab4f5\
            """);
    assertThat(answer.warnings()).isEmpty();
    assertThat(answer.audit()).containsEntry("rules", "bad-fields=deny");
    assertThat(count("meshguard.reviews", "verdict", "denied")).isEqualTo(1);
    assertThat(count("meshguard.findings", "mode", "deny")).isEqualTo(1);
  }

  @Test
  void aDenialIsUnprocessableWithoutReasonOrDetails() throws IOException {
    JsonNode response = response(validate(Mode.DENY, Reviews.create("{\"bad\":1}")));

    assertThat(response.path("allowed").asBoolean(true)).isFalse();
    assertThat(response.path("uid").asText()).isEqualTo(Reviews.UID);
    assertThat(response.at("/status").properties().stream().map(e -> e.getKey()).toList())
        .containsExactly("code", "message");
    assertThat(response.at("/status/code").asInt()).isEqualTo(422);
    assertThat(response.has("patch")).isFalse();
  }

  @Test
  void aDenialNamesTheContactInFull() {
    String contact = "the platform team: " + "x".repeat(120) + "@mesh.example\u202e";
    Guidance guidance = new Guidance(contact, "", false, true, false);

    AdmissionResponse answer =
        reviewer(SampleSettings.of(Mode.DENY), guidance)
            .validate(Reviews.read(Reviews.create("{\"bad\":1}")))
            .response(Reviews.UID);

    assertThat(answer.denial().orElseThrow())
        .contains("\ncontact: " + contact.replace("\u202e", "\\u202E") + "\n");
  }

  @Test
  void aDenialShowsTenFindingsAndCountsTheRest() {
    StringBuilder spec = new StringBuilder("{\"good\":0");
    for (int i = 100; i < 400; i++) {
      spec.append(",\"bad").append(i).append("\":1");
    }
    String message = validate(Mode.DENY, Reviews.create(spec + "}")).denial().orElseThrow();

    assertThat(message).startsWith("300 findings, 300 denied\n").contains("\n... and 290 more\n");
    assertThat(message.lines().filter(line -> line.startsWith("[bad-fields]"))).hasSize(10);
  }

  @Test
  void aWarningIsOneLineAFinding() {
    AdmissionResponse answer = validate(Mode.WARN, Reviews.create("{\"bad2\":1,\"bad1\":1}"));

    assertThat(answer.denial()).isEmpty();
    assertThat(answer.warnings())
        .containsExactly(
            "[bad-fields] VirtualService shop/shop spec.bad1: field bad1 is bad, everything stops",
            "[bad-fields] VirtualService shop/shop spec.bad2: field bad2 is bad, everything stops");
  }

  @Test
  void theLinkIsLeftOutWhereItDoesNotFit() {
    Guidance linked = new Guidance("", "https://docs.example/rules/", false, true, false);
    assertThat(
            reviewer(SampleSettings.of(Mode.WARN), linked)
                .validate(Reviews.read(Reviews.create("{\"bad\":1}")))
                .response(Reviews.UID)
                .warnings())
        .containsExactly(
            "[bad-fields] VirtualService shop/shop spec.bad: field bad is bad, everything stops"
                + " https://docs.example/rules/bad-fields");
    Guidance longer =
        new Guidance("", "https://docs.example/" + "x".repeat(200) + "/", false, true, false);
    assertThat(
            reviewer(SampleSettings.of(Mode.WARN), longer)
                .validate(Reviews.read(Reviews.create("{\"bad\":1}")))
                .response(Reviews.UID)
                .warnings())
        .containsExactly(
            "[bad-fields] VirtualService shop/shop spec.bad: field bad is bad, everything stops");
  }

  @Test
  void controlCharactersNeverReachAWarning() {
    AdmissionResponse answer = validate(Mode.WARN, Reviews.create("{\"bad\\u0007\\n\\u202e\":1}"));

    assertThat(answer.warnings())
        .singleElement()
        .asString()
        .contains("bad\\u0007\\u000A\\u202E")
        .doesNotContainPattern("\\p{Cc}");
  }

  @Test
  void aDryRunIsWarnedOfWhatWouldHappen() {
    ObjectNode review = Reviews.create("{\"bad\":1}");
    Reviews.request(review).put("dryRun", true);

    assertThat(validate(Mode.DENY, review).warnings())
        .containsExactly(
            "would be denied: [bad-fields] VirtualService shop/shop spec.bad: field bad is bad,"
                + " everything stops");
  }

  @Test
  void whatTheStoredObjectHasAlreadyIsNotDenied() {
    ObjectNode review = update("{\"bad\":1}", "{\"bad\":1,\"more\":1}");

    assertThat(validate(Mode.DENY, review).warnings())
        .containsExactly(
            "[bad-fields] VirtualService shop/shop spec.bad: field bad is bad, everything stops"
                + " (not denied: the stored object already has it)");
  }

  @Test
  void mutateSpeaksOnlyOfWhatItChanged() throws IOException {
    AdmissionResponse answer = mutate(Mode.FIX, Reviews.create("{\"bad\":1}"));

    assertThat(answer.warnings())
        .containsExactly(
            "[bad-fields] VirtualService shop/shop spec.bad: fixed: removed bad, which nobody will"
                + " miss");
    JsonNode response = response(answer);
    assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
    assertThat(new ObjectMapper().readTree(response.path("patch").binaryValue()))
        .isEqualTo(new ObjectMapper().readTree("[{\"op\":\"remove\",\"path\":\"/spec/bad\"}]"));
    assertThat(response(mutate(Mode.WARN, Reviews.create("{\"bad\":1}"))).properties())
        .extracting(entry -> entry.getKey())
        .containsExactly("uid", "allowed");
  }

  @Test
  void validateWarnsOfWhatWasLeftUnfixed() {
    assertThat(validate(Mode.FIX, Reviews.create("{\"bad\":1}")).warnings())
        .containsExactly(
            "[bad-fields] VirtualService shop/shop spec.bad: field bad is bad, everything stops"
                + " (left unfixed)");
    ObjectNode inGit = Reviews.create("{\"bad\":1}");
    ((ObjectNode) Reviews.object(inGit).path("metadata"))
        .putObject("labels")
        .put("kustomize.toolkit.fluxcd.io/name", "shop");
    assertThat(mutate(Mode.FIX, inGit).patch()).isEmpty();
    assertThat(validate(Mode.FIX, inGit).warnings())
        .containsExactly(
            "[bad-fields] VirtualService shop/shop spec.bad: field bad is bad, everything stops"
                + " (not fixed: kept in Git; run in the repository: meshguard check --fix PATH)");
  }

  @Test
  void aRuleThatThrowsIsOneWarningAndNoDenial() {
    AdmissionResponse answer = validate(Mode.DENY, Reviews.create("\"text\""));

    assertThat(answer.denial()).isEmpty();
    assertThat(answer.warnings())
        .containsExactly("[bad-fields] was skipped: Meshguard hit an internal error, ref 705ab4f5");
    assertThat(count("meshguard.rule.faults", "rule", "bad-fields")).isEqualTo(1);
  }

  @Test
  void noticesOfThePolicyAreWarnings() {
    Message notice = new Message("io.meshguard.admission.messages", "contact", List.of("#x"));
    SampleSettings settings =
        new SampleSettings(Mode.WARN, Mode.WARN, Language.ZH, List.of(notice, notice));

    assertThat(
            reviewer(settings, GUIDANCE)
                .validate(Reviews.read(Reviews.create("{}")))
                .response(Reviews.UID)
                .warnings())
        .containsExactly("联系方式：#x");
  }

  @Test
  void nothingIsSaidOfWhatIsNotToBeJudged() {
    ObjectNode unknown = Reviews.create("{\"bad\":1}");
    Reviews.object(unknown).put("kind", "Widget");
    assertSilent(unknown);
    assertThat(meters.counter("meshguard.reviews.unknown.kind").count()).isEqualTo(1);

    ObjectNode deleted = Reviews.create("{\"bad\":1}");
    ((ObjectNode) Reviews.object(deleted).path("metadata"))
        .put("deletionTimestamp", "2026-01-01T00:00:00Z");
    ObjectNode going = Reviews.object(deleted).deepCopy();
    ((ObjectNode) going.path("metadata")).putArray("finalizers").add("example.com/hold");
    Reviews.request(deleted).put("operation", "UPDATE").set("oldObject", going);
    assertSilent(deleted);

    ObjectNode status = Reviews.create("{\"bad\":1}");
    Reviews.request(status).put("subResource", "status");
    assertSilent(status);

    ObjectNode deletion = Reviews.create("{\"bad\":1}");
    Reviews.request(deletion).put("operation", "DELETE").putNull("object");
    assertSilent(deletion);

    ObjectNode istiod = Reviews.create("{\"bad\":1}");
    ((ObjectNode) Reviews.request(istiod).path("userInfo"))
        .put("username", "system:serviceaccount:istio-system:istiod");
    assertSilent(istiod);
  }

  private void assertSilent(ObjectNode review) {
    assertThat(validate(Mode.DENY, review)).isEqualTo(AdmissionResponse.allowed(Reviews.UID));
  }

  @Test
  void aReviewThatIsTooMuchWorkIsAllowedWithAWarningAndCounted() {
    String hard =
        "{\"http\":[%s]}"
            .formatted(
                Stream.of("/.*a.{30}", "/.*[^a].{30}", "/.{0,30}", "/.*b.{29}")
                    .map(path -> "{\"match\":[{\"uri\":{\"regex\":\"" + path + "\"}}]}")
                    .collect(Collectors.joining(",")));
    Engine engine = new Engine(List.of(new UnreachableRoute()));

    AdmissionResponse answer =
        answered(
            engine,
            reviewer(engine, SampleSettings.of(Mode.DENY), GUIDANCE)
                .validate(Reviews.read(Reviews.create(hard))));

    assertThat(answer.denial()).isEmpty();
    assertThat(answer.warnings())
        .containsExactly(
            "[unreachable-route] checked only part of the object, because all of it would take"
                + " too much work: more mistakes are possible, ref 705ab4f5");
    assertThat(count("meshguard.rule.cut.short", "rule", "unreachable-route")).isEqualTo(1);
  }

  @Test
  void nobodyIsRefusedForWhatMayBeOutOfDate() {
    String spec =
        """
        {"http":[{"route":[{"destination":{"host":"a"}}]},
          {"match":[{"uri":{"prefix":"/b"}}],"route":[{"destination":{"host":"b"}}]}],"bad":1}\
        """;
    Engine engine = new Engine(List.of(new UnreachableRoute(), new BadFields()));

    AdmissionResponse answer =
        reviewer(engine, SampleSettings.of(Mode.DENY), GUIDANCE, new EmptyMesh(0, true))
            .validate(Reviews.read(Reviews.create(spec)))
            .response(Reviews.UID);

    assertThat(answer.denial().orElseThrow())
        .startsWith("2 findings, 1 denied\n[bad-fields]")
        .contains("warning: [unreachable-route]");
    assertThat(answer.audit()).containsEntry("rules", "bad-fields=deny,unreachable-route=warn");
  }

  private static ObjectNode update(String oldSpec, String spec) {
    ObjectNode review = Reviews.create(spec);
    ObjectNode request = Reviews.request(review).put("operation", "UPDATE");
    request.set("oldObject", Reviews.object(Reviews.create(oldSpec)));
    return review;
  }

  @Test
  void anObjectThatIstiodPassesOverIsLetThroughAndTheAuditLogSaysSo() {
    MeshFacts facts = SampleFacts.istio("1.29");
    Stream<String> objects =
        Stream.of(
            """
            {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}
            """,
            """
            {"apiVersion":"v1","kind":"ConfigMap",
             "metadata":{"name":"istio","namespace":"istio-system"},
             "data":{"mesh":"discoverySelectors: [{matchLabels: {mesh: stable}}]"}}
            """);
    Mesh mesh =
        new ObjectMesh(
            objects.map(text -> Resource.of(Reviews.json(text), "", Origin.NONE)).toList(),
            kind -> false,
            facts);
    Reviewer reviewer =
        reviewer(
            new Engine(List.of(new BadFields())), SampleSettings.of(Mode.DENY), GUIDANCE, mesh);

    AdmissionResponse answer =
        reviewer.validate(Reviews.read(Reviews.create("{\"bad\":1}"))).response(Reviews.UID);
    assertThat(answer.denial()).isEmpty();
    assertThat(answer.warnings()).isEmpty();
    assertThat(answer.audit()).containsExactly(entry("undiscovered", "shop"));
  }

  private AdmissionResponse validate(Mode mode, ObjectNode review) {
    return answered(
        new Engine(List.of(new BadFields())),
        reviewer(SampleSettings.of(mode), GUIDANCE).validate(Reviews.read(review)));
  }

  private AdmissionResponse mutate(Mode mode, ObjectNode review) {
    return answered(
        new Engine(List.of(new BadFields())),
        reviewer(SampleSettings.of(mode), GUIDANCE).mutate(Reviews.read(review)));
  }

  private AdmissionResponse answered(Engine engine, ReviewResult result) {
    new ReviewListener(new ReviewMetrics(meters, engine), new ReviewLog())
        .answered("validate", Reviews.UID, result);
    return result.response(Reviews.UID);
  }

  private Reviewer reviewer(SampleSettings settings, Guidance guidance) {
    return reviewer(new Engine(List.of(new BadFields())), settings, guidance);
  }

  private Reviewer reviewer(Engine engine, SampleSettings settings, Guidance guidance) {
    return reviewer(engine, settings, guidance, ObjectMesh.empty(MeshFacts.UNKNOWN));
  }

  private Reviewer reviewer(Engine engine, SampleSettings settings, Guidance guidance, Mesh mesh) {
    return new Reviewer(
        engine,
        () -> new ActivePolicy(settings, guidance),
        () -> mesh,
        Permissions.UNKNOWN,
        Clock.systemUTC(),
        finding -> List.of("corrected: yes"));
  }

  private double count(String name, String tag, String value) {
    return meters.get(name).tag(tag, value).counter().count();
  }

  private static JsonNode response(AdmissionResponse answer) throws IOException {
    return new ObjectMapper().readTree(answer.toJson()).path("response");
  }
}
