package io.meshguard.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.MovableClock;
import io.meshguard.admission.sample.CountedFields;
import io.meshguard.admission.sample.EmptyMesh;
import io.meshguard.engine.Engine;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Permissions;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What happens to a request that comes again. */
class RepeatedReviewTest {

  private static final String OTHER_UID = "9c8d7e6f-6393-11e8-b7cc-42010a800002";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final CountedFields rule = new CountedFields();
  private final MovableClock clock = new MovableClock(Instant.parse("2026-05-01T12:00:00Z"));
  private long changes;
  private ActivePolicy policy = policy(Mode.DENY);
  private Permissions permissions = Permissions.UNKNOWN;
  private final ReviewDispatcher dispatcher = dispatcher();
  private final AdmissionHandler handler = handler();

  @Test
  void isAnsweredFromMemoryUnderItsOwnUid() {
    JsonNode first = post(review("{\"bad\":1}", Reviews.UID));
    JsonNode second = post(review("{\"bad\":1}", OTHER_UID));

    assertThat(rule.checks()).isEqualTo(1);
    assertThat(second.path("uid").asText()).isEqualTo(OTHER_UID);
    assertThat(message(first)).endsWith("\nref: 705ab4f5");
    assertThat(message(second)).isEqualTo(message(first).replace("705ab4f5", "9c8d7e6f"));
    assertThat(second.at("/auditAnnotations/rules").asText()).isEqualTo("bad-fields=deny");
    assertThat(meters.get("meshguard.reviews").tag("verdict", "denied").counter().count())
        .isEqualTo(2);
    assertThat(meters.get("meshguard.findings").tag("mode", "deny").counter().count()).isEqualTo(2);
    assertThat(meters.get("meshguard.reviews.repeated").counter().count()).isEqualTo(1);
  }

  @Test
  void isJudgedAnewWhereAnythingElseDiffers() {
    post(review("{\"bad\":1}", Reviews.UID));
    post(review("{\"bad\":2}", Reviews.UID));
    ObjectNode byOther = review("{\"bad\":1}", Reviews.UID);
    Reviews.request(byOther).withObject("/userInfo").put("username", "joe");
    post(byOther);
    ObjectNode dry = review("{\"bad\":1}", Reviews.UID);
    Reviews.request(dry).put("dryRun", true);

    assertThat(post(dry).path("allowed").asBoolean()).isTrue();
    assertThat(rule.checks()).isEqualTo(4);
  }

  @Test
  void isJudgedAnewOnceMeshPolicyOrDateChange() {
    post(review("{\"bad\":1}", Reviews.UID));
    changes++;
    post(review("{\"bad\":1}", Reviews.UID));
    assertThat(rule.checks()).isEqualTo(2);

    policy = policy(Mode.WARN);
    assertThat(post(review("{\"bad\":1}", Reviews.UID)).path("allowed").asBoolean()).isTrue();
    assertThat(rule.checks()).isEqualTo(3);

    clock.advance(Duration.ofHours(12));
    post(review("{\"bad\":1}", Reviews.UID));
    assertThat(rule.checks()).isEqualTo(4);
  }

  @Test
  void isJudgedAnewAfterAMinute() {
    post(review("{\"bad\":1}", Reviews.UID));
    clock.advance(Duration.ofSeconds(59));
    post(review("{\"bad\":1}", Reviews.UID));
    assertThat(rule.checks()).isEqualTo(1);

    clock.advance(Duration.ofSeconds(2));
    post(review("{\"bad\":1}", Reviews.UID));
    assertThat(rule.checks()).isEqualTo(2);
  }

  @Test
  void isJudgedAnewWhereARuleFailedOrAskedForPermissions() {
    JsonNode failed = post(review("\"text\"", Reviews.UID));
    JsonNode again = post(review("\"text\"", OTHER_UID));
    assertThat(failed.at("/warnings/0").asText()).contains("705ab4f5");
    assertThat(again.at("/warnings/0").asText()).contains("9c8d7e6f");
    assertThat(rule.checks()).isEqualTo(2);

    permissions = requester -> permission -> Ternary.FALSE;
    post(review("{\"ask\":1}", Reviews.UID));
    post(review("{\"ask\":1}", OTHER_UID));
    assertThat(rule.checks()).isEqualTo(4);
  }

  /** An API server that could not be asked for a moment must not silence a rule for a minute. */
  @Test
  void isJudgedAnewWherePermissionsCouldNotBeTold() {
    permissions = requester -> permission -> Ternary.UNKNOWN;
    post(review("{\"ask\":1}", Reviews.UID));
    post(review("{\"ask\":1}", OTHER_UID));

    assertThat(rule.checks()).isEqualTo(2);
  }

  @Test
  void isAllowedWithAWarningWhereLookingItUpFails() {
    AdmissionHandler failing =
        new AdmissionHandler() {
          @Override
          public String name() {
            return "validate";
          }

          @Override
          public ReviewResult handle(AdmissionRequest request) {
            throw new IllegalStateException("no ruling");
          }

          @Override
          public Optional<Object> grounds() {
            throw new IllegalStateException("no grounds");
          }
        };

    Reply reply = take(failing, Reviews.bytes(review("{\"bad\":1}", Reviews.UID)));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(new String(reply.body(), UTF_8)).contains("\"allowed\":true", "705ab4f5");
    assertThat(meters.get("meshguard.reviews").tag("verdict", "failed").counter().count())
        .as("one answer is counted once")
        .isEqualTo(1);
  }

  @Test
  void isJudgedAnewWhereTheUidDoesNotComeFirst() {
    ObjectNode review = review("{\"bad\":1}", Reviews.UID);
    Reviews.request(review).remove("uid");
    Reviews.request(review).put("uid", Reviews.UID);

    assertThat(post(review).path("uid").asText()).isEqualTo(Reviews.UID);
    post(review);
    assertThat(rule.checks()).isEqualTo(2);
    byte[] body = Reviews.bytes(review);
    assertThat(ReviewCache.key(body, ReviewHead.of(body))).isEmpty();
  }

  private ReviewDispatcher dispatcher() {
    return new ReviewDispatcher(
        new FairExecutor(2, 10, System::nanoTime),
        new ReviewCache(() -> clock.millis() * 1_000_000),
        ReviewTracing.none(),
        new ReviewListener(new ReviewMetrics(meters, new Engine(List.of(rule))), new ReviewLog()),
        () -> Language.EN,
        System::nanoTime);
  }

  private AdmissionHandler handler() {
    Reviewer reviewer =
        new Reviewer(
            new Engine(List.of(rule)),
            () -> policy,
            () -> new EmptyMesh(changes, false),
            requester -> permissions.of(requester),
            clock,
            finding -> List.of());
    return new WebhookEndpoints.Reviewing("validate", reviewer, reviewer::validate);
  }

  private Reply take(AdmissionHandler by, byte[] body) {
    Incoming incoming = new Incoming(body, System.nanoTime(), Duration.ofSeconds(30), () -> {});
    return dispatcher.take(by, incoming).toCompletableFuture().join();
  }

  private static ActivePolicy policy(Mode mode) {
    return new ActivePolicy(SampleSettings.of(mode), Guidance.NONE);
  }

  private static ObjectNode review(String spec, String uid) {
    ObjectNode review = Reviews.create(spec);
    Reviews.request(review).put("uid", uid);
    return review;
  }

  private static String message(JsonNode response) {
    return response.at("/status/message").asText();
  }

  private JsonNode post(ObjectNode review) {
    Reply reply = take(handler, Reviews.bytes(review));
    try {
      return new ObjectMapper().readTree(new String(reply.body(), UTF_8)).path("response");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
