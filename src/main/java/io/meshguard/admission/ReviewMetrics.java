package io.meshguard.admission;

import io.meshguard.engine.Engine;
import io.meshguard.resource.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Meters of reviews. Every label has a bounded set of values: what a request may choose freely
 * counts as {@code other}.
 */
final class ReviewMetrics {

  private static final Set<String> OPERATIONS = Set.of("CREATE", "UPDATE", "DELETE", "CONNECT");
  private static final String OTHER = "other";

  /** Outcomes that somebody may want to be woken for. */
  private static final Set<ReviewOutcome> TROUBLE =
      EnumSet.of(
          ReviewOutcome.MALFORMED,
          ReviewOutcome.OVER_LIMIT,
          ReviewOutcome.LATE,
          ReviewOutcome.OVERLOAD,
          ReviewOutcome.FAILED);

  /** Up to the longest timeout that a webhook may have. */
  private static final Duration[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 30_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final Set<Kind> kinds;
  private final MeterProvider<Counter> reviews;
  private final MeterProvider<Counter> findings;
  private final MeterProvider<Counter> faults;
  private final MeterProvider<Counter> cutShort;
  private final MeterProvider<Counter> repeated;
  private final MeterProvider<Counter> overLimit;
  private final MeterProvider<Timer> latencies;
  private final Counter unknownKinds;

  ReviewMetrics(MeterRegistry registry, Engine engine) {
    this.kinds =
        engine.rules().stream()
            .flatMap(rule -> rule.info().subjects().stream())
            .collect(Collectors.toUnmodifiableSet());
    this.reviews =
        Counter.builder("meshguard.reviews")
            .description("Reviews by what became of them")
            .withRegistry(registry);
    this.findings =
        Counter.builder("meshguard.findings")
            .description("Findings in reviews by rule and mode")
            .withRegistry(registry);
    this.faults =
        Counter.builder("meshguard.rule.faults")
            .description("Times that a rule was skipped because of an internal error")
            .withRegistry(registry);
    this.cutShort =
        Counter.builder("meshguard.rule.cut.short")
            .description("Reviews in which a rule left something unjudged: too much work")
            .withRegistry(registry);
    this.repeated =
        Counter.builder("meshguard.reviews.repeated")
            .description("Reviews answered from memory, equal to an earlier one but for the uid")
            .withRegistry(registry);
    this.overLimit =
        Counter.builder("meshguard.reviews.over.limit")
            .description("Objects let through unchecked, by the limit that they go over")
            .withRegistry(registry);
    this.latencies =
        Timer.builder("meshguard.review.duration")
            .description("Time from the body of a review to its answer")
            .serviceLevelObjectives(BUCKETS)
            .withRegistry(registry);
    this.unknownKinds =
        Counter.builder("meshguard.reviews.unknown.kind")
            .description("Reviews of kinds on which no rule reports")
            .register(registry);
    for (ReviewLimit limit : ReviewLimit.values()) {
      overLimits(limit);
    }
    engine
        .rules()
        .forEach(
            rule -> {
              faults(rule.info().id());
              budgets(rule.info().id());
            });
  }

  /**
   * Has the meters of an entry exist before something goes wrong: what appears with its first event
   * hides that event from whoever looks for an increase.
   */
  void expect(String entry) {
    TROUBLE.forEach(outcome -> reviews(entry, OTHER, OTHER, outcome));
    repetitions(entry);
    timer(entry);
  }

  void review(String entry, String kind, String operation, ReviewOutcome outcome) {
    reviews(entry, kind, operation, outcome).increment();
    ReviewTracing.tell(kind, operation, outcome);
  }

  private Counter reviews(String entry, String kind, String operation, ReviewOutcome outcome) {
    return reviews.withTags(
        "entry", entry, "kind", kind, "operation", operation, "verdict", outcome.text());
  }

  void review(String entry, AdmissionRequest request, ReviewOutcome outcome) {
    String kind = kinds.contains(request.kind()) ? request.kind().toString() : OTHER;
    String operation = OPERATIONS.contains(request.operation()) ? request.operation() : OTHER;
    review(entry, kind, operation, outcome);
  }

  /** Counts a review of which nothing could be read. */
  void unread(String entry, ReviewOutcome outcome) {
    review(entry, OTHER, OTHER, outcome);
  }

  /** Counts an object that was let through because it goes over a limit. */
  void overLimit(ReviewLimit limit) {
    overLimits(limit).increment();
  }

  private Counter overLimits(ReviewLimit limit) {
    return overLimit.withTag("limit", limit.text());
  }

  void unknownKind() {
    unknownKinds.increment();
  }

  void finding(String rule, String mode) {
    findings.withTags("rule", rule, "mode", mode).increment();
  }

  void fault(String rule) {
    faults(rule).increment();
  }

  private Counter faults(String rule) {
    return faults.withTag("rule", rule);
  }

  /** Counts a review in which a rule left something unjudged for its budget was used up. */
  void cutShort(String rule) {
    budgets(rule).increment();
  }

  private Counter budgets(String rule) {
    return cutShort.withTag("rule", rule);
  }

  /** Counts a review that was answered like the last equal one. */
  void repeated(String entry) {
    repetitions(entry).increment();
  }

  private Counter repetitions(String entry) {
    return repeated.withTag("entry", entry);
  }

  void latency(String entry, long nanos) {
    timer(entry).record(Duration.ofNanos(nanos));
  }

  private Timer timer(String entry) {
    return latencies.withTag("entry", entry);
  }
}
