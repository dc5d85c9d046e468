package io.meshguard.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Ticker;
import io.meshguard.admission.sample.BadFields;
import io.meshguard.admission.sample.EmptyMesh;
import io.meshguard.engine.Engine;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Permissions;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReviewDispatcherTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Engine engine = new Engine(List.of(new Endless(), new BadFields()));
  private final FairExecutor executor = new FairExecutor(2, 8, System::nanoTime);
  private final AtomicInteger released = new AtomicInteger();
  private final ReviewDispatcher dispatcher =
      new ReviewDispatcher(
          executor,
          new ReviewCache(Ticker.systemTicker()),
          ReviewTracing.none(),
          new ReviewListener(new ReviewMetrics(meters, engine), new ReviewLog()),
          () -> Language.ZH,
          System::nanoTime);

  @AfterEach
  void end() {
    executor.close();
  }

  /** A rule that would never end. */
  private record Endless() implements Rule {
    @Override
    public RuleInfo info() {
      return RuleInfo.rule("endless")
          .subjects(Kind.VIRTUAL_SERVICE)
          .mode(Mode.DENY)
          .faq(FaqEntry.ROUTE_ORDER)
          .build();
    }

    @Override
    public void check(Resource subject, Mesh mesh, Report report) {
      while (subject.at("spec", "endless").isPresent()) {
        subject.at("spec").fields();
      }
    }
  }

  /** Returns a handler that waits, and then refuses. */
  private static AdmissionHandler slow(CountDownLatch begun, Semaphore gate) {
    return new SampleHandler(
        request -> {
          begun.countDown();
          gate.acquireUninterruptibly();
          return SampleHandler.denied(request);
        });
  }

  @Test
  void aRuleThatWouldNeverEndIsEndedAndNamedAndTheOthersStillRefuse() {
    JsonNode response = response(take(reviewing(), "{\"endless\":1,\"bad\":1}", 3_000).join());

    assertThat(response.path("allowed").asBoolean(true)).isFalse();
    assertThat(response.at("/status/message").asText()).contains("[bad-fields]");
    assertThat(response.at("/warnings/0").asText()).startsWith("[endless] ");
    assertThat(count("meshguard.rule.cut.short", "rule", "endless")).isEqualTo(1);
    assertThat(count("meshguard.reviews", "verdict", "denied")).isEqualTo(1);
  }

  @Test
  void aLateAnswerIsNeitherGivenNorCounted() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Semaphore gate = new Semaphore(0);
    AdmissionHandler slow = slow(begun, gate);

    JsonNode response = response(take(slow, "{}", 100).join());
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.at("/warnings/0").asText())
        .isEqualTo("Meshguard 未检查该对象：未能及时完成，ref 705ab4f5");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(released).as("the body is still being looked at").hasValue(0);
    gate.release();
    waitFor(1);

    assertThat(count("meshguard.reviews", "verdict", "late")).isEqualTo(1);
    assertThat(count("meshguard.reviews", "verdict", "denied")).isZero();
  }

  @Test
  void whatHasNotBegunInTimeIsForgotten() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Semaphore gate = new Semaphore(0);
    AdmissionHandler slow = slow(begun, gate);
    CompletableFuture<Reply> first = take(slow, "{\"a\":1}", 30_000);
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    JsonNode second = response(take(slow, "{\"a\":2}", 100).join());
    assertThat(second.path("allowed").asBoolean()).isTrue();
    assertThat(executor.waiting()).isZero();
    waitFor(1);
    gate.release();
    assertThat(response(first.join()).path("allowed").asBoolean(true)).isFalse();
    waitFor(2);
  }

  @Test
  void whoHasWaitedTooLongIsTurnedAway() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Semaphore gate = new Semaphore(0);
    AdmissionHandler slow = slow(begun, gate);
    CompletableFuture<Reply> first = take(slow, "{\"a\":1}", 30_000);
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Reply> second = take(slow, "{\"a\":2}", 30_000);
    Thread.sleep(ReviewDispatcher.LONGEST_WAIT.toMillis() + 50);
    gate.release(2);

    assertThat(first.join().status()).isEqualTo(200);
    assertThat(second.join().status()).isEqualTo(503);
    assertThat(count("meshguard.reviews", "verdict", "overload")).isEqualTo(1);
  }

  @Test
  void anErrorIsAllowedWithAWarningAndEndsNoThread() {
    AdmissionHandler failing =
        new SampleHandler(
            request -> {
              throw new AssertionError("an Error");
            });
    for (int i = 0; i < 10; i++) {
      JsonNode response = response(take(failing, "{\"i\":" + i + "}", 10_000).join());
      assertThat(response.path("allowed").asBoolean()).isTrue();
      assertThat(response.at("/warnings/0").asText()).contains("705ab4f5");
    }
    assertThat(count("meshguard.reviews", "verdict", "failed")).isEqualTo(10);
  }

  private AdmissionHandler reviewing() {
    Reviewer reviewer =
        new Reviewer(
            engine,
            () -> new ActivePolicy(SampleSettings.of(Mode.DENY), Guidance.NONE),
            () -> new EmptyMesh(0, false),
            Permissions.UNKNOWN,
            Clock.systemUTC(),
            finding -> List.of());
    return new WebhookEndpoints.Reviewing("validate", reviewer, reviewer::validate);
  }

  private CompletableFuture<Reply> take(AdmissionHandler handler, String spec, int millis) {
    Incoming incoming =
        new Incoming(
            Reviews.bytes(Reviews.create(spec)),
            System.nanoTime(),
            Duration.ofMillis(millis),
            released::incrementAndGet);
    return dispatcher.take(handler, incoming).toCompletableFuture();
  }

  private void waitFor(int releases) throws InterruptedException {
    for (int i = 0; i < 1_000 && released.get() < releases; i++) {
      Thread.sleep(10);
    }
    assertThat(released).hasValue(releases);
  }

  private double count(String meter, String tag, String value) {
    return meters.find(meter).tag(tag, value).counters().stream().mapToDouble(c -> c.count()).sum();
  }

  private static JsonNode response(Reply reply) {
    assertThat(reply.status()).isEqualTo(200);
    return Reviews.json(new String(reply.body(), UTF_8)).path("response");
  }
}
