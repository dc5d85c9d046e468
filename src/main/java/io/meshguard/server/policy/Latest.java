package io.meshguard.server.policy;

import io.meshguard.kube.Trouble;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Hands on the latest state of something that others change. Whoever changes it only signals; the
 * state is read when it is handed on, by one thread at a time, so that nothing older ever comes
 * after something newer.
 *
 * @param <T> the state
 */
public final class Latest<T> {

  private static final Logger LOG = Logger.getLogger(Latest.class);

  private final Supplier<T> state;
  private final Consumer<T> act;
  private final Executor threads;
  private final AtomicInteger signals = new AtomicInteger();

  /**
   * Makes one.
   *
   * @param state reads the state as it is now
   * @param act takes it; where that throws, the next signal has it tried again
   * @param threads where both are done
   */
  public Latest(Supplier<T> state, Consumer<T> act, Executor threads) {
    this.state = state;
    this.act = act;
    this.threads = threads;
  }

  /** Says that the state may have changed; may be called from any thread, and waits for nobody. */
  public void signal() {
    if (signals.getAndIncrement() == 0) {
      threads.execute(this::drain);
    }
  }

  private void drain() {
    int seen;
    do {
      seen = signals.get();
      try {
        act.accept(state.get());
      } catch (RuntimeException | Error e) {
        LOG.errorf(e, "a change was not applied: %s", Trouble.of(e));
      }
    } while (signals.addAndGet(-seen) > 0);
  }
}
