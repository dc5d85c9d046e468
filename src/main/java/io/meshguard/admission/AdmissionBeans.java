package io.meshguard.admission;

import com.github.benmanes.caffeine.cache.Ticker;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Permissions;
import io.meshguard.pause.PauseHolder;
import io.meshguard.policy.General;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyReader;
import io.meshguard.report.Fragment;
import io.meshguard.rule.Engine;
import io.meshguard.rule.Finding;
import io.meshguard.rules.Catalogue;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes what stands behind the paths of the webhook. */
@Singleton
public class AdmissionBeans {

  @Produces
  @Singleton
  ThreadPoolExecutor threads(ReviewConfig config) {
    int threads =
        config.threads() > 0
            ? config.threads()
            : 2 * Math.max(2, Runtime.getRuntime().availableProcessors());
    return Desk.threads(threads, config.waiting());
  }

  void stop(@Disposes ThreadPoolExecutor threads) {
    threads.shutdown();
  }

  @Produces
  @Singleton
  Spans spans(
      TracingConfig config, @ConfigProperty(name = "quarkus.application.version") String version) {
    return config.endpoint().map(endpoint -> Spans.to(endpoint, version)).orElseGet(Spans::none);
  }

  void end(@Disposes Spans spans) {
    spans.close();
  }

  @Produces
  @Singleton
  Entrance entrance(
      ThreadPoolExecutor threads,
      Mesh mesh,
      Permissions permissions,
      PolicyReader reader,
      PolicyHolder holder,
      PauseHolder pauses,
      MeterRegistry registry,
      Spans spans,
      Clock clock) {
    Engine engine = new Engine(Catalogue.rules());
    ReviewMetrics metrics = new ReviewMetrics(registry, engine);
    ReviewLog log = new ReviewLog();
    Function<String, Reviewer> reviewer =
        entry ->
            new Reviewer(
                engine,
                () -> inForce(holder),
                () -> mesh,
                permissions,
                clock,
                new ReviewWitness(entry, metrics, log),
                AdmissionBeans::fragment);
    Reviewer validating = reviewer.apply("validate");
    Reviewer mutating = reviewer.apply("mutate");
    Entrance entrance =
        new Entrance(
            new Desk(
                spans.carrying(threads), new Rulings(Ticker.systemTicker()), spans, metrics, log),
            new PausableEntry(
                new Entrance.Named("validate", validating, validating::validate),
                pauses,
                clock,
                metrics,
                Optional.of(() -> holder.inForce().policy().general().language())),
            new PausableEntry(
                new Entrance.Named("mutate", mutating, mutating::mutate),
                pauses,
                clock,
                metrics,
                Optional.empty()),
            new PausableEntry(
                new PolicyEntry(reader, holder, clock, metrics),
                pauses,
                clock,
                metrics,
                Optional.empty()));
    entrance.entries().forEach(entry -> metrics.expect(entry.name()));
    return entrance;
  }

  private static InForce inForce(PolicyHolder holder) {
    Policy policy = holder.inForce().policy();
    General general = policy.general();
    return new InForce(
        policy, new Guidance(general.contact(), general.docsUrl(), general.selfService()));
  }

  private static List<String> fragment(Finding finding) {
    return Fragment.of(finding).map(text -> text.lines().toList()).orElse(List.of());
  }
}
