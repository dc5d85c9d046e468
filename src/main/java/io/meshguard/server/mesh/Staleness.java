package io.meshguard.server.mesh;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * For how long changes have not come in. It is as exact as it is asked often, since nobody tells of
 * the end of a watch: that of the last scrape with an open watch counts.
 */
public final class Staleness {

  private final Clock clock;
  private final BooleanSupplier open;
  private Instant last;

  /**
   * Makes one that counts from now.
   *
   * @param open whether changes come in at this moment
   */
  public Staleness(Clock clock, BooleanSupplier open) {
    this.clock = clock;
    this.open = open;
    this.last = clock.instant();
  }

  /** Returns the seconds since changes were last seen to come in; 0 while they do. */
  public synchronized double seconds() {
    Instant now = clock.instant();
    if (open.getAsBoolean()) {
      last = now;
    }
    return Math.max(0, Duration.between(last, now).toMillis() / 1e3);
  }
}
