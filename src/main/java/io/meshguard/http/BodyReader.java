package io.meshguard.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reads the bodies of requests: within a budget that all share, within a time, and of one that is
 * too large only the start, while the rest is read and forgotten so that the caller hears the
 * answer. Used on the event loop of the request.
 */
public final class BodyReader {

  /** What is kept of a body that is too large: enough to tell whose it is. */
  static final int START = 16 * 1024;

  /** Bodies of this size and less have a budget that larger ones cannot take from them. */
  static final int SMALL = 64 * 1024;

  private final BodyBudget small;
  private final BodyBudget large;
  private final int most;
  private final LongSupplier nanos;

  /**
   * Makes a reader.
   *
   * @param small bounds the bytes of all bodies together that say they are no more than 64 KiB
   * @param large bounds those of all other bodies together
   * @param most bytes of the largest body that is kept
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  public BodyReader(BodyBudget small, BodyBudget large, int most, LongSupplier nanos) {
    this.small = small;
    this.large = large;
    this.most = most;
    this.nanos = nanos;
  }

  /** Takes what came of a body; exactly one method is called, once, on the event loop. */
  public interface Taker {
    /**
     * Takes a whole body.
     *
     * @param release to be run once nobody needs the bytes any more
     */
    void whole(byte[] body, Runnable release);

    /** Takes the start of a body that is too large. */
    void tooLarge(byte[] start);

    /** There is no room for the body at the moment. */
    void noRoom();

    /** The body did not come in time. */
    void tooSlow();
  }

  /**
   * Begins to read a body, which must not have been read before.
   *
   * @param time within which it must be there
   */
  public void read(HttpServerRequest request, Duration time, Taker taker) {
    Reading reading = new Reading(request, taker);
    Optional<Context> context = Optional.ofNullable(Vertx.currentContext());
    context.ifPresent(loop -> reading.on(loop, time));
    request.exceptionHandler(gone -> reading.end());
    request.handler(reading::more);
    request.endHandler(end -> reading.complete());
    request.resume();
  }

  private final class Reading implements BodyBudget.Holder {
    private final Taker taker;
    private final long announced;
    private final BodyBudget budget;
    private byte[] bytes;
    private int length;
    private boolean tooLarge;
    private boolean over;
    private Optional<Context> loop = Optional.empty();
    private long timer;

    Reading(HttpServerRequest request, Taker taker) {
      this.taker = taker;
      this.announced = announced(request);
      this.tooLarge = announced > most;
      this.budget = announced >= 0 && announced <= SMALL ? small : large;
      this.bytes = new byte[0];
    }

    void on(Context context, Duration time) {
      loop = Optional.of(context);
      timer = context.owner().setTimer(Math.max(1, time.toMillis()), id -> giveUp(taker::tooSlow));
    }

    /** Another body needs the room, which somebody else's thread has found out. */
    @Override
    public void giveUp() {
      Runnable end = () -> giveUp(taker::noRoom);
      loop.ifPresentOrElse(context -> context.runOnContext(none -> end.run()), end);
    }

    private void giveUp(Runnable tell) {
      if (!over) {
        end();
        tell.run();
      }
    }

    void more(Buffer chunk) {
      if (over) {
        return;
      }
      int kept = chunk.length();
      if (!tooLarge && length + (long) kept > most) {
        tooLarge = true;
      }
      if (tooLarge) {
        kept = Math.max(0, Math.min(kept, START - length));
      }
      if (length + kept > bytes.length && !grow(length + kept)) {
        giveUp(taker::noRoom);
        return;
      }
      chunk.getBytes(0, kept, bytes, length);
      length += kept;
    }

    /**
     * Makes room for so many bytes at least: at once for all that was announced, since large copies
     * are what keeps a garbage collector busy.
     */
    private boolean grow(int least) {
      long wanted = announced > 0 ? announced : Math.max(SMALL, 2L * bytes.length);
      long room = Math.max(least, Math.min(wanted, tooLarge ? START : most));
      if (!budget.take(this, room - bytes.length, nanos.getAsLong())) {
        return false;
      }
      bytes = Arrays.copyOf(bytes, (int) room);
      return true;
    }

    void complete() {
      if (over) {
        return;
      }
      over = true;
      stopTimer();
      byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
      bytes = body;
      if (tooLarge) {
        budget.drop(this);
        taker.tooLarge(body.length > START ? Arrays.copyOf(body, START) : body);
      } else {
        taker.whole(body, budget.arrived(this));
      }
    }

    /** Lets go of everything; what still comes in is forgotten. */
    void end() {
      over = true;
      stopTimer();
      budget.drop(this);
      bytes = new byte[0];
    }

    private void stopTimer() {
      loop.ifPresent(context -> context.owner().cancelTimer(timer));
    }

    private long announced(HttpServerRequest from) {
      String length = from.getHeader(HttpHeaders.CONTENT_LENGTH);
      try {
        return length == null ? -1 : Long.parseLong(length);
      } catch (NumberFormatException e) {
        return -1;
      }
    }
  }
}
