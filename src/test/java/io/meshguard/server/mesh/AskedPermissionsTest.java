package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.kube.AccessQuestion;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.Permissions;
import io.meshguard.mesh.Requester;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AskedPermissionsTest {

  private static final Requester DEV = new Requester("dev", Set.of("web"));
  private static final Permission LIST = permission("list");

  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong now = new AtomicLong();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void answersAreThoseOfTheApiServer() {
    Permissions permissions = asking(question -> question.permission().verb().equals("list"));
    assertThat(permissions.of(DEV).may(LIST)).isEqualTo(Ternary.TRUE);
    assertThat(permissions.of(DEV).may(permission("delete"))).isEqualTo(Ternary.FALSE);
    assertThat(permissions.access(DEV).requester()).contains(DEV);
  }

  @Test
  void anAnswerIsKeptForAMinuteAndForOnePersonOnly() {
    Permissions permissions = asking(question -> true);
    permissions.of(DEV).may(LIST);
    permissions.of(DEV).may(LIST);
    assertThat(asked).hasValue(1);

    permissions.of(new Requester("dev", Set.of("other"))).may(LIST);
    assertThat(asked).hasValue(2);

    now.addAndGet(Duration.ofSeconds(61).toNanos());
    permissions.of(DEV).may(LIST);
    assertThat(asked).hasValue(3);
  }

  @Test
  void troubleIsUnknownAndAskedAgainSoon() {
    Permissions permissions =
        asking(
            question -> {
              if (asked.get() == 1) {
                throw new IllegalStateException("no route to host");
              }
              return true;
            });
    assertThat(permissions.of(DEV).may(LIST)).isEqualTo(Ternary.UNKNOWN);
    assertThat(permissions.of(DEV).may(LIST)).isEqualTo(Ternary.UNKNOWN);
    assertThat(asked).hasValue(1);

    now.addAndGet(Duration.ofSeconds(6).toNanos());
    assertThat(permissions.of(DEV).may(LIST)).isEqualTo(Ternary.TRUE);
  }

  @Test
  void allQuestionsOfAReviewShareADeadlineAndTheAnswerIsThereForTheNext() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    Permissions permissions = asking(question -> await(slow));
    long start = System.nanoTime();
    Permissions.Answers review = permissions.of(DEV);
    assertThat(review.may(LIST)).isEqualTo(Ternary.UNKNOWN);
    assertThat(review.may(permission("watch"))).isEqualTo(Ternary.UNKNOWN);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));

    slow.countDown();
    assertThat(eventually(permissions)).isEqualTo(Ternary.TRUE);
    assertThat(asked).hasValue(2);
  }

  @Test
  void tooManyQuestionsAreUnknownNotAnError() {
    threads.shutdown();
    assertThat(asking(question -> true).of(DEV).may(LIST)).isEqualTo(Ternary.UNKNOWN);
  }

  private static Ternary eventually(Permissions permissions) throws InterruptedException {
    Ternary answer = Ternary.UNKNOWN;
    for (int tries = 0; tries < 50 && answer == Ternary.UNKNOWN; tries++) {
      answer = permissions.of(DEV).may(LIST);
      Thread.sleep(20);
    }
    return answer;
  }

  private static boolean await(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Permissions asking(Predicate<AccessQuestion> answer) {
    return new AskedPermissions(
        question -> {
          asked.incrementAndGet();
          return answer.test(question);
        },
        threads,
        Duration.ofMillis(200),
        now::get);
  }

  private static Permission permission(String verb) {
    return new Permission(verb, "networking.istio.io", "virtualservices", "shop");
  }
}
