package io.meshguard.audit;

import io.meshguard.audit.NotJudged.Cause;
import io.meshguard.deadline.Deadline;
import io.meshguard.deadline.DeadlineExceededException;
import io.meshguard.engine.Engine;
import io.meshguard.engine.Review;
import io.meshguard.engine.Settings;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.istio.Namespaces;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Operation;
import io.meshguard.rule.RuleInfo;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Says of stored objects what the webhook would say if they were created now.
 *
 * @param engine the rules
 * @param mesh what is around the objects
 * @param settings modes and exemptions
 * @param today the date, against which exemptions expire
 */
public record Judge(Engine engine, Mesh mesh, Settings settings, LocalDate today) {

  /** Ordinary objects take a thousandth of it. */
  public static final Duration MOST_TIME = Duration.ofSeconds(5);

  /** Returns what the rules say of an object. */
  public Verdict judge(Resource object) {
    return judge(object, mesh);
  }

  /**
   * What came of judging an object within bounds.
   *
   * @param verdict what the rules say; empty where nothing came of it
   * @param notJudged why nothing did, or not all that there is to say
   */
  public record Attempt(Optional<Verdict> verdict, Optional<NotJudged> notJudged) {

    /** Returns the ids of the rules that may have more to say. */
    Set<String> unfinished() {
      Set<String> ids = new HashSet<>();
      verdict.ifPresent(
          said -> {
            said.cutShort().forEach(rule -> ids.add(rule.id()));
            said.faults().forEach(fault -> ids.add(fault.rule().id()));
          });
      return ids;
    }
  }

  /**
   * Judges an object within {@link #MOST_TIME}; whatever it holds, others can be judged after it.
   *
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  public Attempt attempt(Resource object, LongSupplier nanos) {
    return attempt(object, mesh, nanos);
  }

  Attempt attempt(Resource object, Mesh around, LongSupplier nanos) {
    try {
      Verdict verdict =
          Deadline.within(
              nanos, nanos.getAsLong() + MOST_TIME.toNanos(), () -> judge(object, around));
      return new Attempt(Optional.of(verdict), unfinished(verdict));
    } catch (DeadlineExceededException e) {
      return failed(
          object, Cause.TIME, "it takes longer than " + MOST_TIME.toSeconds() + " seconds");
    } catch (RuntimeException | StackOverflowError e) {
      return failed(object, Cause.ERROR, "Meshguard hit an internal error: " + e);
    }
  }

  private static Attempt failed(Resource object, Cause cause, String reason) {
    return new Attempt(Optional.empty(), Optional.of(new NotJudged(object, cause, reason)));
  }

  private static Optional<NotJudged> unfinished(Verdict verdict) {
    if (!verdict.faults().isEmpty()) {
      Verdict.Fault first = verdict.faults().get(0);
      return Optional.of(
          new NotJudged(
              verdict.object(),
              Cause.ERROR,
              "rule " + first.rule().id() + " hit an internal error: " + first.cause()));
    }
    if (verdict.cutShort().isEmpty()) {
      return Optional.empty();
    }
    String rules = verdict.cutShort().stream().map(RuleInfo::id).collect(Collectors.joining(", "));
    return Optional.of(
        new NotJudged(
            verdict.object(), Cause.TIME, "too much work for " + rules + ", other rules are done"));
  }

  Verdict judge(Resource object, Mesh around) {
    Subject subject = new Subject(object, Namespaces.labels(object, mesh), Optional.empty(), today);
    return engine.judge(
        new Review(Operation.CREATE, subject, Optional.empty(), false, around, settings));
  }
}
