package io.meshguard.admission;

import io.meshguard.rule.Language;
import io.meshguard.rule.Shown;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes bodies in and gives replies out: a bounded number at once, each before its deadline, and
 * whatever goes wrong here is never a denial.
 */
final class Desk {

  private final Executor executor;
  private final Rulings rulings;
  private final Spans spans;
  private final ReviewMetrics metrics;
  private final ReviewLog log;

  Desk(Executor executor, Rulings rulings, Spans spans, ReviewMetrics metrics, ReviewLog log) {
    this.executor = executor;
    this.rulings = rulings;
    this.spans = spans;
    this.metrics = metrics;
    this.log = log;
  }

  /**
   * Returns threads for a desk.
   *
   * @param threads how many reviews run at once
   * @param waiting how many wait for a thread before others are turned away
   */
  static ThreadPoolExecutor threads(int threads, int waiting) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory named =
        task -> {
          Thread thread = new Thread(task, "review-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), named);
    pool.prestartAllCoreThreads();
    return pool;
  }

  /** Answers a body before the deadline; at once where too many are being answered. */
  CompletionStage<Reply> take(Entry entry, byte[] body, Duration deadline) {
    long start = System.nanoTime();
    Optional<Body> known = Rulings.body(body);
    Optional<Object> grounds = known.flatMap(any -> unlessItFails(entry, entry::grounds));
    Optional<Reply> again =
        grounds.flatMap(now -> unlessItFails(entry, () -> again(entry, known.get(), now)));
    if (again.isPresent()) {
      metrics.latency(entry.name(), System.nanoTime() - start);
      return CompletableFuture.completedStage(again.get());
    }
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            if (!reply.isDone()) {
              Consumer<Ruling> keep =
                  ruling -> grounds.ifPresent(now -> rulings.keep(entry, known.get(), now, ruling));
              reply.complete(spans.around(entry, () -> answer(entry, body, keep)));
            }
          });
    } catch (RejectedExecutionException e) {
      metrics.unread(entry.name(), Outcome.OVERLOAD);
      return CompletableFuture.completedStage(
          Reply.error(Reply.UNAVAILABLE, "too many reviews at once"));
    }
    return reply
        .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(late -> late(entry, body))
        .whenComplete((done, none) -> metrics.latency(entry.name(), System.nanoTime() - start));
  }

  /** Answers a body like the last equal one, on the thread that took it. */
  private Optional<Reply> again(Entry entry, Body body, Object grounds) {
    Optional<Ruling> ruling = rulings.find(entry, body, grounds);
    if (ruling.isPresent()) {
      metrics.repeated(entry.name());
    }
    return ruling.map(found -> spans.around(entry, () -> Reply.of(found.answer(body.uid()))));
  }

  /** What fails on the way to the memory is told, and the request is judged as if it were new. */
  private <T> Optional<T> unlessItFails(Entry entry, Supplier<Optional<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException | StackOverflowError e) {
      log.failed("of entry " + entry.name(), e);
      return Optional.empty();
    }
  }

  private Reply answer(Entry entry, byte[] body, Consumer<Ruling> keep) {
    AdmissionRequest request;
    try {
      request = ReviewReader.read(body);
    } catch (UnreadableReview e) {
      return unreadable(entry, e);
    } catch (RuntimeException | StackOverflowError e) {
      return failed(entry, ReviewReader.uid(body), e);
    }
    try {
      Ruling ruling = entry.rule(request);
      keep.accept(ruling);
      return Reply.of(ruling.answer(request.uid()));
    } catch (RuntimeException | StackOverflowError e) {
      return failed(entry, Optional.of(request.uid()), e);
    }
  }

  private Reply unreadable(Entry entry, UnreadableReview e) {
    String reason = String.valueOf(e.getMessage());
    if (e.uid().isEmpty()) {
      metrics.unread(entry.name(), Outcome.MALFORMED);
      return Reply.error(Reply.BAD_REQUEST, reason);
    }
    metrics.unread(entry.name(), Outcome.OVER_LIMIT);
    return allowed(e.uid().get(), "over-limit", reason);
  }

  private Reply failed(Entry entry, Optional<String> uid, Throwable cause) {
    metrics.unread(entry.name(), Outcome.FAILED);
    log.failed(uid.orElse("without uid"), cause);
    return uid.map(id -> allowed(id, "trouble", ""))
        .orElseGet(() -> Reply.error(Reply.BAD_REQUEST, "the body cannot be read"));
  }

  private Reply late(Entry entry, byte[] body) {
    metrics.unread(entry.name(), Outcome.LATE);
    return ReviewReader.uid(body)
        .map(uid -> allowed(uid, "deadline", ""))
        .orElseGet(() -> Reply.error(Reply.UNAVAILABLE, "not finished in time"));
  }

  /** English, since a policy that could tell the language may be what failed. */
  private static Reply allowed(String uid, String key, String detail) {
    String ref = AdmissionRequest.ref(uid);
    Speech speech = new Speech(Language.EN, "", ref);
    String warning =
        detail.isEmpty() ? speech.say(key, ref) : speech.say(key, Shown.cut(detail), ref);
    return Reply.of(Answer.allowed(uid, warning));
  }
}
