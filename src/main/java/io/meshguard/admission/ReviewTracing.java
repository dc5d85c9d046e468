package io.meshguard.admission;

import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One span a review, where somebody collects traces; else nothing. */
final class ReviewTracing implements AutoCloseable {

  private static final AttributeKey<String> KIND = stringKey("meshguard.kind");
  private static final AttributeKey<String> OPERATION = stringKey("meshguard.operation");
  private static final AttributeKey<String> VERDICT = stringKey("meshguard.verdict");
  private static final String TRACES = "/v1/traces";
  private static final String PARENT = "traceparent";

  private final boolean on;
  private final Tracer tracer;
  private final Runnable end;

  private ReviewTracing(boolean on, TracerProvider provider, Runnable end) {
    this.on = on;
    this.tracer = provider.get("meshguard");
    this.end = end;
  }

  /** Returns spans that nobody collects. */
  static ReviewTracing none() {
    return new ReviewTracing(false, TracerProvider.noop(), () -> {});
  }

  /** Returns spans that go to a provider, which ends with them. */
  static ReviewTracing to(SdkTracerProvider provider) {
    return new ReviewTracing(true, provider, provider::close);
  }

  /**
   * Returns spans that are sent by OTLP over HTTP.
   *
   * @param endpoint address of the collector; without a path the usual one is meant
   * @param version the release that sends them
   */
  static ReviewTracing to(URI endpoint, String version) {
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(address(endpoint)).build();
    Attributes service =
        Attributes.of(
            stringKey("service.name"), "meshguard", stringKey("service.version"), version);
    return to(
        SdkTracerProvider.builder()
            .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
            .setResource(Resource.getDefault().merge(Resource.create(service)))
            .build());
  }

  private static String address(URI endpoint) {
    boolean http = Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()));
    if (!http || endpoint.getHost() == null) {
      throw new IllegalStateException(
          "meshguard.tracing.endpoint "
              + endpoint
              + ": must be an address such as http://otel-collector.observability:4318");
    }
    String path = String.valueOf(endpoint.getPath());
    return path.isEmpty() || path.equals("/")
        ? endpoint.resolve(TRACES).toString()
        : endpoint.toString();
  }

  /** Returns a task that takes the span of this thread along to another. */
  Runnable carrying(Runnable task) {
    return on ? Context.current().wrap(task) : task;
  }

  /**
   * Does work below the span of a caller.
   *
   * @param parent what the caller says of its span, as in the header {@code traceparent}
   */
  <T> T below(@Nullable String parent, Supplier<T> work) {
    if (!on || parent == null) {
      return work.get();
    }
    Context caller =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), Map.of(PARENT, parent), new Headers());
    try (Scope scope = caller.makeCurrent()) {
      return work.get();
    }
  }

  /** Makes the answering of a review a span. */
  <T> T around(AdmissionHandler handler, Supplier<T> answering) {
    if (!on) {
      return answering.get();
    }
    Span span =
        tracer.spanBuilder("review " + handler.name()).setSpanKind(SpanKind.SERVER).startSpan();
    try (Scope scope = span.makeCurrent()) {
      return answering.get();
    } finally {
      span.end();
    }
  }

  /** Tells the span of this thread what became of its review. */
  static void tell(String kind, String operation, ReviewOutcome outcome) {
    Span span = Span.current();
    span.setAttribute(KIND, kind);
    span.setAttribute(OPERATION, operation);
    span.setAttribute(VERDICT, outcome.text());
    if (outcome == ReviewOutcome.FAILED) {
      span.setStatus(StatusCode.ERROR);
    }
  }

  /** Sends what has not been sent yet. */
  @Override
  public void close() {
    end.run();
  }

  private static final class Headers implements TextMapGetter<Map<String, String>> {
    @Override
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
      return carrier == null ? null : carrier.get(key);
    }
  }
}
