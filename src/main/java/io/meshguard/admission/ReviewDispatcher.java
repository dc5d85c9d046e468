package io.meshguard.admission;

import io.meshguard.deadline.Deadline;
import io.meshguard.deadline.DeadlineExceededException;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes bodies in and gives replies out: a bounded number at once, in fair turns, each before its
 * deadline, and whatever goes wrong here is never a denial. It alone counts, logs and remembers,
 * and each review once, as it was answered.
 */
final class ReviewDispatcher {

  /** Reading and judging a larger body takes so long that only some may run at once. */
  private static final int EXPENSIVE_BYTES = 256 * 1024;

  /**
   * Who has waited so long is turned away, for then more comes in than can be answered, and an
   * answer at once lets failurePolicy decide while the caller still waits. Expensive reviews wait
   * until their deadline: there are few, and several may come at once.
   */
  static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private final FairExecutor executor;
  private final ReviewCache cache;
  private final ReviewTracing spans;
  private final ReviewListener listener;
  private final Supplier<Language> language;
  private final LongSupplier nanos;

  /**
   * Makes a dispatcher.
   *
   * @param language of what is said where no policy for the object could be asked
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  ReviewDispatcher(
      FairExecutor executor,
      ReviewCache cache,
      ReviewTracing spans,
      ReviewListener listener,
      Supplier<Language> language,
      LongSupplier nanos) {
    this.executor = executor;
    this.cache = cache;
    this.spans = spans;
    this.listener = listener;
    this.language = language;
    this.nanos = nanos;
  }

  /** Answers a body before its deadline; at once where too many are being answered. */
  CompletionStage<Reply> take(AdmissionHandler handler, Incoming incoming) {
    ReviewHead head = ReviewHead.of(incoming.body());
    Optional<ReviewCacheKey> key = ReviewCache.key(incoming.body(), head);
    Optional<Object> grounds = key.flatMap(any -> unlessItFails(handler, handler::grounds));
    Optional<Reply> again =
        grounds.flatMap(
            now ->
                unlessItFails(
                    handler,
                    () -> cache.find(handler, key.get(), now).map(r -> again(handler, head, r))));
    if (again.isPresent()) {
      incoming.release().run();
      listener.took(handler.name(), nanos.getAsLong() - incoming.since());
      return CompletableFuture.completedStage(again.get());
    }
    Review review = new Review(handler, incoming, head, key, grounds);
    return review.begin();
  }

  /** Answers a body that is larger than any that is looked at, of which only the start is there. */
  Reply tooLarge(AdmissionHandler handler, byte[] start) {
    listener.overLimit(handler.name(), ReviewLimit.BYTES);
    return overLimit(ReviewHead.of(start), ReviewLimit.BYTES);
  }

  /** Answers a request for whose body there is no room. */
  Reply noRoom(AdmissionHandler handler) {
    listener.unread(handler.name(), ReviewOutcome.OVERLOAD);
    return Reply.error(Reply.UNAVAILABLE, "too many large reviews at once");
  }

  /** Answers a request whose body does not come. */
  Reply tooSlow(AdmissionHandler handler) {
    listener.unread(handler.name(), ReviewOutcome.MALFORMED);
    return Reply.error(Reply.REQUEST_TIMEOUT, "the body did not come in time");
  }

  /** Answers a body like the last equal one, on the thread that took it. */
  private Reply again(AdmissionHandler handler, ReviewHead head, ReviewResult result) {
    listener.repeated(handler.name());
    return spans.around(
        handler,
        () -> {
          Reply reply = Reply.of(result.response(head.uid()));
          listener.answered(handler.name(), head.uid(), result);
          return reply;
        });
  }

  /** What fails on the way to the memory is told, and the request is judged as if it were new. */
  private <T> Optional<T> unlessItFails(AdmissionHandler handler, Supplier<Optional<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException | StackOverflowError e) {
      listener.stumbled("of entry " + handler.name(), e);
      return Optional.empty();
    }
  }

  /** One review on its way. Whoever has an answer first gives it, and alone tells of it. */
  private final class Review {
    private final AdmissionHandler handler;
    private final Incoming incoming;
    private final ReviewHead head;
    private final Optional<ReviewCacheKey> key;
    private final Optional<Object> grounds;
    private final FairExecutor.Task task;
    private final long begun = nanos.getAsLong();
    private final AtomicBoolean answered = new AtomicBoolean();
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();

    Review(
        AdmissionHandler handler,
        Incoming incoming,
        ReviewHead head,
        Optional<ReviewCacheKey> key,
        Optional<Object> grounds) {
      this.handler = handler;
      this.incoming = incoming;
      this.head = head;
      this.key = key;
      this.grounds = grounds;
      boolean expensive = incoming.body().length > EXPENSIVE_BYTES;
      this.task =
          new FairExecutor.Task(head.namespace(), expensive, spans.carrying(this::runAndRelease));
    }

    CompletionStage<Reply> begin() {
      if (!executor.execute(task)) {
        incoming.release().run();
        overloaded("too many reviews at once");
        return reply;
      }
      long left = incoming.end() - nanos.getAsLong();
      CompletableFuture<Reply> timed = reply.copy().orTimeout(left, TimeUnit.NANOSECONDS);
      return timed
          .exceptionallyCompose(
              timeout -> {
                late();
                return reply;
              })
          .whenComplete(
              (done, none) -> listener.took(handler.name(), nanos.getAsLong() - incoming.since()));
    }

    /** The time of the caller is over: nothing is worth doing for it any more. */
    private void late() {
      if (executor.remove(task)) {
        incoming.release().run();
      }
      give(
          ReviewOutcome.LATE,
          head.knownUid()
              .map(uid -> unchecked(uid, "deadline"))
              .orElseGet(() -> Reply.error(Reply.UNAVAILABLE, "not finished in time")));
    }

    private void overloaded(String reason) {
      give(ReviewOutcome.OVERLOAD, Reply.error(Reply.UNAVAILABLE, reason));
    }

    private void give(ReviewOutcome outcome, Reply answer) {
      give(answer, () -> listener.unread(handler.name(), outcome));
    }

    /** Gives an answer if there is none yet; what is told of it is told before it is on its way. */
    private void give(Reply answer, Runnable tell) {
      if (answered.compareAndSet(false, true)) {
        try {
          tell.run();
        } finally {
          reply.complete(answer);
        }
      }
    }

    private void runAndRelease() {
      try {
        run();
      } catch (RuntimeException | Error e) {
        failed(head.knownUid(), e);
      } finally {
        incoming.release().run();
      }
    }

    private void run() {
      if (answered.get()) {
        return;
      }
      if (!task.expensive() && nanos.getAsLong() - begun > LONGEST_WAIT.toNanos()) {
        overloaded("too many reviews at once: this one has waited too long");
        return;
      }
      spans.around(
          handler,
          () -> {
            judge();
            return true;
          });
    }

    private void judge() {
      Optional<String> uid = head.knownUid();
      try {
        AdmissionRequest request =
            Deadline.within(nanos, incoming.end(), () -> ReviewReader.read(incoming.body()));
        uid = Optional.of(request.uid());
        ReviewResult result = Deadline.within(nanos, incoming.end(), () -> handler.handle(request));
        Reply answer = Reply.of(result.response(request.uid()));
        grounds.ifPresent(now -> cache.keep(handler, key.orElseThrow(), now, result));
        give(answer, () -> listener.answered(handler.name(), request.uid(), result));
      } catch (UnreadableReview e) {
        unreadable(e);
      } catch (DeadlineExceededException e) {
        late();
      } catch (RuntimeException | StackOverflowError e) {
        failed(uid, e);
      }
    }

    private void unreadable(UnreadableReview e) {
      if (e.limit().isPresent()) {
        ReviewLimit limit = e.limit().get();
        give(overLimit(head, limit), () -> listener.overLimit(handler.name(), limit));
      } else {
        give(
            ReviewOutcome.MALFORMED,
            Reply.error(Reply.BAD_REQUEST, String.valueOf(e.getMessage())));
      }
    }

    private void failed(Optional<String> uid, Throwable cause) {
      Reply answer =
          uid.map(id -> unchecked(id, "trouble"))
              .orElseGet(() -> Reply.error(Reply.BAD_REQUEST, "the body cannot be read"));
      give(answer, () -> listener.failed(handler.name(), uid.orElse("without uid"), cause));
    }
  }

  private Reply overLimit(ReviewHead head, ReviewLimit limit) {
    return head.knownUid()
        .map(uid -> unchecked(uid, "over-limit." + limit.text()))
        .orElseGet(() -> Reply.error(Reply.BAD_REQUEST, "over limit: " + limit.text()));
  }

  /** Lets an object through that was not looked at, and says so. */
  private Reply unchecked(String uid, String key) {
    String ref = AdmissionRequest.ref(uid);
    ReviewMessages speech = new ReviewMessages(spoken(), "", ref);
    String why = speech.say(key);
    return Reply.of(
        AdmissionResponse.allowed(uid, speech.say("unchecked", Message.verbatim(why), ref)));
  }

  /** The policy that tells the language may be what failed. */
  private Language spoken() {
    try {
      return language.get();
    } catch (RuntimeException e) {
      return Language.EN;
    }
  }
}
