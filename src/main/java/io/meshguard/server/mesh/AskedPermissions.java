package io.meshguard.server.mesh;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.meshguard.kube.AccessQuestion;
import io.meshguard.kube.Trouble;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.Permissions;
import io.meshguard.mesh.Requester;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Permissions as the API server tells them. Each answer is kept for a minute; all questions of one
 * review share a deadline, after which the answer is that nothing is known. A question that was not
 * answered in time goes on in the background, so that the next review finds its answer.
 */
public final class AskedPermissions implements Permissions {

  private static final Logger LOG = Logger.getLogger(AskedPermissions.class);
  private static final int MOST_ANSWERS = 20_000;
  private static final Duration KEPT = Duration.ofMinutes(1);

  /** An API server in trouble is not asked the same thing again at once. */
  private static final Duration TROUBLE_KEPT = Duration.ofSeconds(5);

  private final AsyncLoadingCache<AccessQuestion, Ternary> answers;
  private final Duration deadline;

  /**
   * Makes permissions.
   *
   * @param ask asks the API server; may throw
   * @param threads where questions wait for their answers
   * @param deadline for all questions of one review together
   */
  public AskedPermissions(
      Predicate<AccessQuestion> ask, Executor threads, Duration deadline, Ticker ticker) {
    this.deadline = deadline;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(MOST_ANSWERS)
            .executor(threads)
            .ticker(ticker)
            .expireAfter(
                Expiry.<AccessQuestion, Ternary>creating(
                    (question, answer) -> answer == Ternary.UNKNOWN ? TROUBLE_KEPT : KEPT))
            .buildAsync(question -> answer(ask, question));
  }

  @Override
  public Answers of(Requester requester) {
    long end = System.nanoTime() + deadline.toNanos();
    return permission -> may(new AccessQuestion(requester, permission), end);
  }

  private Ternary may(AccessQuestion question, long end) {
    try {
      return answers.get(question).get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException | RejectedExecutionException e) {
      LOG.debugf("whether %s: %s", describe(question), e);
      return Ternary.UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Ternary.UNKNOWN;
    }
  }

  private static Ternary answer(Predicate<AccessQuestion> ask, AccessQuestion question) {
    try {
      return Ternary.of(ask.test(question));
    } catch (RuntimeException e) {
      LOG.warnf("it is not known whether %s: %s", describe(question), Trouble.of(e));
      return Ternary.UNKNOWN;
    }
  }

  private static String describe(AccessQuestion question) {
    Permission permission = question.permission();
    return "somebody may " + permission.verb() + " " + permission.resource();
  }
}
