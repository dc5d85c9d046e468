package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.admission.FairExecutor.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FairExecutorTest {

  private static final int THREADS = 4;

  private final AtomicLong clock = new AtomicLong();
  private final FairExecutor executor = new FairExecutor(THREADS, 40, clock::get);
  private final Semaphore gate = new Semaphore(0);
  private final Semaphore begun = new Semaphore(0);
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void end() {
    gate.release(1_000);
    executor.close();
  }

  /** A task that says that it has begun and waits until it may end. */
  private Task held(String tenant, boolean expensive) {
    return new Task(
        tenant,
        expensive,
        () -> {
          order.add(tenant);
          begun.release();
          gate.acquireUninterruptibly();
        });
  }

  private void begins(int tasks) throws InterruptedException {
    assertThat(begun.tryAcquire(tasks, 10, TimeUnit.SECONDS)).isTrue();
  }

  private void noneBegins() throws InterruptedException {
    assertThat(begun.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void noTenantHasAllThreads() throws InterruptedException {
    for (int i = 0; i < THREADS; i++) {
      assertThat(executor.execute(held("greedy", false))).isTrue();
    }
    begins(THREADS - 1);
    noneBegins();

    executor.execute(held("other", false));
    begins(1);
    assertThat(order).endsWith("other");
  }

  @Test
  void tenantsTakeTurns() throws InterruptedException {
    FairExecutor single = new FairExecutor(1, 40, clock::get);
    single.execute(held("greedy", false));
    begins(1);
    for (int i = 0; i < 5; i++) {
      single.execute(held("greedy", false));
    }
    single.execute(held("a", false));
    single.execute(held("b", false));
    gate.release(100);
    begins(7);

    assertThat(order.subList(0, 4)).containsExactly("greedy", "greedy", "a", "b");
    single.close();
  }

  @Test
  void expensiveTasksShareOneThread() throws InterruptedException {
    for (int i = 0; i < THREADS; i++) {
      executor.execute(held("tenant" + i, true));
    }
    begins(1);
    noneBegins();
    executor.execute(held("cheap", false));
    begins(1);
    assertThat(order).endsWith("cheap");

    // whichever of the two comes to the gate first, the expensive one ends
    gate.release(2);
    begins(1);
  }

  @Test
  void aTenantWhoseTasksWereExpensiveIsTakenForExpensive() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    Task slow = new Task("slow", false, () -> clock.addAndGet(TimeUnit.SECONDS.toNanos(1)));
    executor.execute(slow);
    executor.execute(new Task("other", false, done::countDown));
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    waitUntilIdle();

    executor.execute(held("slow", false));
    executor.execute(held("slow", false));
    begins(1);
    noneBegins();

    // after a while it is forgotten
    gate.release();
    begins(1);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(20));
    executor.execute(held("slow", false));
    begins(1);
  }

  private void waitUntilIdle() throws InterruptedException {
    CountDownLatch all = new CountDownLatch(THREADS - 1);
    for (int i = 0; i < THREADS - 1; i++) {
      executor.execute(
          new Task(
              "idle" + i,
              false,
              () -> {
                all.countDown();
                try {
                  all.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void onlySoManyWaitAndOfOneTenantAFourthOfThem() throws InterruptedException {
    for (int i = 0; i < THREADS - 1; i++) {
      executor.execute(held("greedy", false));
    }
    begins(THREADS - 1);
    for (int i = 0; i < 10; i++) {
      assertThat(executor.execute(held("greedy", false))).isTrue();
    }
    assertThat(executor.execute(held("greedy", false))).isFalse();
    assertThat(executor.waiting()).isEqualTo(10);
    assertThat(executor.execute(held("other", false))).isTrue();
    begins(1);
  }

  @Test
  void whatHasNotBegunCanBeTakenBack() throws InterruptedException {
    for (int i = 0; i < THREADS - 1; i++) {
      executor.execute(held("greedy", false));
    }
    begins(THREADS - 1);
    Task waits = held("greedy", false);
    executor.execute(waits);

    assertThat(executor.remove(waits)).isTrue();
    assertThat(executor.remove(waits)).isFalse();
    assertThat(executor.waiting()).isZero();
    gate.release(THREADS);
    noneBegins();
  }
}
