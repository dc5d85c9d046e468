package io.meshguard.server.audit;

import io.meshguard.audit.Failure;
import io.meshguard.audit.NotJudged;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Meters of the audit; only the replica that leads has any values. */
@Singleton
public class AuditMeters {

  private final MultiGauge findings;
  private final MultiGauge unjudged;
  private volatile double objects = Double.NaN;
  private volatile double lastRun = Double.NaN;
  private volatile double duration = Double.NaN;

  /** Registers the meters of the background audit. */
  @Inject
  public AuditMeters(MeterRegistry registry) {
    this.findings =
        MultiGauge.builder("meshguard.audit.findings")
            .description("Findings in stored objects by rule and mode")
            .register(registry);
    this.unjudged =
        MultiGauge.builder("meshguard.audit.not.judged")
            .description("Stored objects that were not judged, or not by all rules, by reason")
            .register(registry);
    Gauge.builder("meshguard.audit.objects", this, meters -> meters.objects)
        .description("Stored objects that are judged")
        .register(registry);
    Gauge.builder("meshguard.audit.last.run.timestamp.seconds", this, meters -> meters.lastRun)
        .description("When stored objects were judged last")
        .register(registry);
    Gauge.builder("meshguard.audit.duration.seconds", this, meters -> meters.duration)
        .description("How long it took to judge stored objects the last time")
        .register(registry);
  }

  /** Has the meters made before anything is judged. */
  void register(@Observes StartupEvent event) {
    idle();
  }

  /** Takes the numbers of a run. */
  void ran(
      int judged, List<Failure> failures, List<NotJudged> notJudged, Instant end, Duration took) {
    objects = judged;
    lastRun = end.getEpochSecond();
    duration = took.toNanos() / 1e9;
    Map<NotJudged.Cause, Integer> causes = new EnumMap<>(NotJudged.Cause.class);
    List.of(NotJudged.Cause.values()).forEach(cause -> causes.put(cause, 0));
    notJudged.forEach(one -> causes.merge(one.cause(), 1, Integer::sum));
    unjudged.register(
        causes.entrySet().stream()
            .map(entry -> MultiGauge.Row.of(reason(entry.getKey()), entry.getValue()))
            .toList(),
        true);
    Map<List<String>, Integer> counted = new TreeMap<>(AuditMeters::compare);
    failures.forEach(
        failure ->
            counted.merge(
                List.of(failure.judged().finding().rule().id(), failure.judged().mode().text()),
                1,
                Integer::sum));
    findings.register(
        counted.entrySet().stream()
            .map(
                entry ->
                    MultiGauge.Row.of(
                        Tags.of("rule", entry.getKey().get(0), "mode", entry.getKey().get(1)),
                        entry.getValue()))
            .toList(),
        true);
  }

  /** This replica does not judge stored objects, or not any more. */
  final void idle() {
    objects = Double.NaN;
    lastRun = Double.NaN;
    duration = Double.NaN;
    findings.register(List.of(), true);
    unjudged.register(List.of(), true);
  }

  private static Tags reason(NotJudged.Cause cause) {
    return Tags.of("reason", cause.text());
  }

  private static int compare(List<String> left, List<String> right) {
    return String.join(" ", left).compareTo(String.join(" ", right));
  }
}
