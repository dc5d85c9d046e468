package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import io.meshguard.engine.Engine;
import io.meshguard.rule.Language;
import io.meshguard.rules.Catalogue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReviewTracingTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  private static final AdmissionHandler DENYING = new SampleHandler(SampleHandler::denied);
  private static final AdmissionHandler FAILING =
      new SampleHandler(
          request -> {
            throw new IllegalStateException("a fault");
          });

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final ReviewMetrics metrics =
      new ReviewMetrics(new SimpleMeterRegistry(), new Engine(Catalogue.rules()));

  @Test
  void aReviewIsOneSpanBelowThatOfTheCaller() throws Exception {
    SpanData span = review(DENYING, "00-" + TRACE + "-" + PARENT + "-01");

    assertThat(span.getName()).isEqualTo("review validate");
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(PARENT);
    assertThat(attribute(span, "kind")).isEqualTo("VirtualService.networking.istio.io");
    assertThat(attribute(span, "operation")).isEqualTo("CREATE");
    assertThat(attribute(span, "verdict")).isEqualTo("denied");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.hasEnded()).isTrue();
  }

  @Test
  void withABadHeaderItIsARoot() throws Exception {
    assertThat(review(DENYING, "nonsense").getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void ourOwnFaultIsAnError() throws Exception {
    assertThat(review(FAILING, "").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void whereNobodyCollectsNothingIsWrapped() {
    try (ReviewTracing none = ReviewTracing.none()) {
      Runnable task = () -> {};
      assertThat(none.carrying(task)).isSameAs(task);
      String caller = "00-" + TRACE + "-" + PARENT + "-01";
      assertThat(none.<SpanContext>below(caller, () -> Span.current().getSpanContext()).isValid())
          .isFalse();
    }
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThatThrownBy(() -> ReviewTracing.to(URI.create("collector:4318"), "1.0.0"))
        .hasMessageContaining("meshguard.tracing.endpoint collector:4318: must be an address");
  }

  /** Goes the way of a request: from the thread that takes it to one that judges. */
  private SpanData review(AdmissionHandler handler, String parent) throws Exception {
    try (FairExecutor executor = new FairExecutor(1, 1, System::nanoTime);
        ReviewTracing spans =
            ReviewTracing.to(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())) {
      ReviewDispatcher dispatcher =
          new ReviewDispatcher(
              executor,
              new ReviewCache(Ticker.disabledTicker()),
              spans,
              new ReviewListener(metrics, new ReviewLog()),
              () -> Language.EN,
              System::nanoTime);
      byte[] body = Reviews.bytes(Reviews.create("{}"));
      CountDownLatch released = new CountDownLatch(1);
      Incoming incoming =
          new Incoming(body, System.nanoTime(), Duration.ofSeconds(30), released::countDown);
      spans.below(parent, () -> dispatcher.take(handler, incoming)).toCompletableFuture().join();
      assertThat(released.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(exporter.getFinishedSpanItems()).hasSize(1);
      return exporter.getFinishedSpanItems().get(0);
    }
  }

  private static String attribute(SpanData span, String name) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey("meshguard." + name)));
  }
}
