package io.meshguard.admission;

import io.meshguard.engine.Engine;
import io.meshguard.resource.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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

  private final MeterRegistry registry;
  private final Set<Kind> kinds;
  private final Map<Reviewed, Counter> reviews = new ConcurrentHashMap<>();
  private final Map<Found, Counter> findings = new ConcurrentHashMap<>();
  private final Map<String, Counter> faults = new ConcurrentHashMap<>();
  private final Map<String, Counter> cutShort = new ConcurrentHashMap<>();
  private final Map<String, Counter> repeated = new ConcurrentHashMap<>();
  private final Map<String, Timer> latencies = new ConcurrentHashMap<>();
  private final Map<ReviewLimit, Counter> limits = new EnumMap<>(ReviewLimit.class);
  private final Counter unknownKinds;

  ReviewMetrics(MeterRegistry registry, Engine engine) {
    this.registry = registry;
    this.kinds =
        engine.rules().stream()
            .flatMap(rule -> rule.info().subjects().stream())
            .collect(Collectors.toUnmodifiableSet());
    this.unknownKinds =
        Counter.builder("meshguard.reviews.unknown.kind")
            .description("Reviews of kinds on which no rule reports")
            .register(registry);
    for (ReviewLimit limit : ReviewLimit.values()) {
      limits.put(
          limit,
          Counter.builder("meshguard.reviews.over.limit")
              .description("Objects let through unchecked, by the limit that they go over")
              .tag("limit", limit.text())
              .register(registry));
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
    TROUBLE.forEach(outcome -> reviews(new Reviewed(entry, OTHER, OTHER, outcome)));
    repetitions(entry);
    timer(entry);
  }

  private record Reviewed(String entry, String kind, String operation, ReviewOutcome outcome) {}

  private record Found(String rule, String mode) {}

  void review(String entry, String kind, String operation, ReviewOutcome outcome) {
    reviews(new Reviewed(entry, kind, operation, outcome)).increment();
    ReviewTracing.tell(kind, operation, outcome);
  }

  private Counter reviews(Reviewed reviewed) {
    return counter(
        reviews,
        reviewed,
        key ->
            Counter.builder("meshguard.reviews")
                .description("Reviews by what became of them")
                .tag("entry", key.entry())
                .tag("kind", key.kind())
                .tag("operation", key.operation())
                .tag("verdict", key.outcome().text()));
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
    Objects.requireNonNull(limits.get(limit)).increment();
  }

  void unknownKind() {
    unknownKinds.increment();
  }

  void finding(String rule, String mode) {
    counter(
            findings,
            new Found(rule, mode),
            key ->
                Counter.builder("meshguard.findings")
                    .description("Findings in reviews by rule and mode")
                    .tag("rule", key.rule())
                    .tag("mode", key.mode()))
        .increment();
  }

  void fault(String rule) {
    faults(rule).increment();
  }

  private Counter faults(String rule) {
    return counter(
        faults,
        rule,
        key ->
            Counter.builder("meshguard.rule.faults")
                .description("Times that a rule was skipped because of an internal error")
                .tag("rule", key));
  }

  /** Counts a review in which a rule left something unjudged for its budget was used up. */
  void cutShort(String rule) {
    budgets(rule).increment();
  }

  private Counter budgets(String rule) {
    return counter(
        cutShort,
        rule,
        key ->
            Counter.builder("meshguard.rule.cut.short")
                .description("Reviews in which a rule left something unjudged: too much work")
                .tag("rule", key));
  }

  /** Counts a review that was answered like the last equal one. */
  void repeated(String entry) {
    repetitions(entry).increment();
  }

  private Counter repetitions(String entry) {
    return counter(
        repeated,
        entry,
        key ->
            Counter.builder("meshguard.reviews.repeated")
                .description(
                    "Reviews answered from memory, equal to an earlier one but for the uid")
                .tag("entry", key));
  }

  void latency(String entry, long nanos) {
    timer(entry).record(Duration.ofNanos(nanos));
  }

  private Timer timer(String entry) {
    return latencies.computeIfAbsent(
        entry,
        key ->
            Timer.builder("meshguard.review.duration")
                .description("Time from the body of a review to its answer")
                .tag("entry", key)
                .serviceLevelObjectives(BUCKETS)
                .register(registry));
  }

  private <K> Counter counter(Map<K, Counter> known, K key, Function<K, Counter.Builder> builder) {
    return known.computeIfAbsent(key, k -> builder.apply(k).register(registry));
  }
}
