package io.meshguard.admission;

import com.github.benmanes.caffeine.cache.Ticker;
import io.meshguard.engine.Engine;
import io.meshguard.http.BodyBudget;
import io.meshguard.http.BodyReader;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Permissions;
import io.meshguard.pause.PauseHolder;
import io.meshguard.policy.General;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyReader;
import io.meshguard.report.Fragment;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Language;
import io.meshguard.rules.Catalogue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes what stands behind the paths of the webhook. */
@Singleton
public class AdmissionBeans {

  /** The rest of the memory is for the mesh, and for what bodies become when they are read. */
  private static final int BODIES_SHARE = 10;

  /** What an API server sends is there within a tenth of it. */
  private static final Duration BODY_PATIENCE = Duration.ofMillis(250);

  @Produces
  @Singleton
  FairExecutor executor(ReviewConfig config, MeterRegistry registry) {
    int threads =
        config.threads() > 0
            ? config.threads()
            : 2 * Math.max(2, Runtime.getRuntime().availableProcessors());
    FairExecutor executor = new FairExecutor(threads, config.waiting(), System::nanoTime);
    Gauge.builder("meshguard.reviews.waiting", executor, FairExecutor::waiting)
        .description("Reviews that wait for a thread")
        .register(registry);
    return executor;
  }

  void stop(@Disposes FairExecutor executor) {
    executor.close();
  }

  @Produces
  @Singleton
  BodyReader bodies(MeterRegistry registry) {
    long share = Runtime.getRuntime().maxMemory() / BODIES_SHARE;
    BodyBudget small = new BodyBudget(share / 4, BODY_PATIENCE.toNanos());
    BodyBudget large =
        new BodyBudget(Math.max(ReviewReader.MOST_BYTES, share), BODY_PATIENCE.toNanos());
    Gauge.builder("meshguard.reviews.held.bytes", small, any -> small.held() + large.held())
        .description("Bytes of the bodies of reviews that are held at the moment")
        .baseUnit("bytes")
        .register(registry);
    return new BodyReader(small, large, ReviewReader.MOST_BYTES, System::nanoTime);
  }

  @Produces
  @Singleton
  ReviewTracing spans(
      TracingConfig config, @ConfigProperty(name = "quarkus.application.version") String version) {
    return config
        .endpoint()
        .map(endpoint -> ReviewTracing.to(endpoint, version))
        .orElseGet(ReviewTracing::none);
  }

  void end(@Disposes ReviewTracing spans) {
    spans.close();
  }

  @Produces
  @Singleton
  WebhookEndpoints endpoints(
      FairExecutor executor,
      Mesh mesh,
      Permissions permissions,
      PolicyReader reader,
      PolicyHolder holder,
      PauseHolder pauses,
      MeterRegistry registry,
      ReviewTracing spans,
      Clock clock) {
    Engine engine = new Engine(Catalogue.rules());
    ReviewMetrics metrics = new ReviewMetrics(registry, engine);
    Supplier<Language> language = () -> holder.inForce().policy().general().language();
    Reviewer reviewer =
        new Reviewer(
            engine,
            () -> inForce(holder),
            () -> mesh,
            permissions,
            clock,
            AdmissionBeans::fragment);
    WebhookEndpoints endpoints =
        new WebhookEndpoints(
            new ReviewDispatcher(
                executor,
                new ReviewCache(Ticker.systemTicker()),
                spans,
                new ReviewListener(metrics, new ReviewLog()),
                language,
                System::nanoTime),
            new PausableHandler(
                new WebhookEndpoints.Reviewing("validate", reviewer, reviewer::validate),
                pauses,
                clock,
                Optional.of(language)),
            new PausableHandler(
                new WebhookEndpoints.Reviewing("mutate", reviewer, reviewer::mutate),
                pauses,
                clock,
                Optional.empty()),
            new PausableHandler(
                new PolicyHandler(reader, holder, clock), pauses, clock, Optional.empty()));
    endpoints.handlers().forEach(handler -> metrics.expect(handler.name()));
    return endpoints;
  }

  private static ActivePolicy inForce(PolicyHolder holder) {
    Policy policy = holder.inForce().policy();
    General general = policy.general();
    return new ActivePolicy(
        policy,
        new Guidance(
            general.contact(),
            general.docsUrl(),
            general.announceRouteChanges(),
            general.disclose() == General.Disclose.OWN,
            general.selfService()));
  }

  private static List<String> fragment(Finding finding) {
    return Fragment.of(finding).map(text -> text.lines().toList()).orElse(List.of());
  }
}
