package io.meshguard.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two threads that each took what they had read themselves could leave the older in force. */
final class LatestTest {

  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final AtomicReference<String> state = new AtomicReference<>("old");
  private final List<String> taken = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void aSlowReaderOfSomethingOldIsFollowedByWhatIsNew() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Latest<String> latest =
        new Latest<>(
            state::get,
            now -> {
              read.countDown();
              await(goOn);
              taken.add(now);
            },
            threads);
    latest.signal();
    await(read);
    state.set("new");
    latest.signal();
    latest.signal();
    goOn.countDown();

    until(2);
    assertThat(taken).containsExactly("old", "new");
  }

  @Test
  void onlyOneThreadActsAtATimeAndTheLastStateIsTaken() throws Exception {
    AtomicInteger acting = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Latest<String> latest =
        new Latest<>(
            state::get,
            now -> {
              most.accumulateAndGet(acting.incrementAndGet(), Math::max);
              taken.add(now);
              acting.decrementAndGet();
            },
            threads);
    CountDownLatch done = new CountDownLatch(4);
    for (int thread = 0; thread < 4; thread++) {
      new Thread(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  state.set("state " + i);
                  latest.signal();
                }
                done.countDown();
              })
          .start();
    }
    await(done);
    state.set("last");
    latest.signal();

    while (!taken.contains("last")) {
      Thread.sleep(5);
    }
    assertThat(taken).endsWith("last");
    assertThat(most).hasValue(1);
  }

  @Test
  void whatFailsOnceIsTriedWithTheNextSignal() throws Exception {
    Latest<String> latest =
        new Latest<>(
            state::get,
            now -> {
              taken.add(now);
              if (now.equals("old")) {
                throw new AssertionError("failed");
              }
            },
            threads);
    latest.signal();
    until(1);
    state.set("new");
    latest.signal();

    until(2);
    assertThat(taken).containsExactly("old", "new");
  }

  private void until(int times) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (taken.size() < times) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(5);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
