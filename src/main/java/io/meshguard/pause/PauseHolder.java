package io.meshguard.pause;

import java.time.Instant;
import java.util.Optional;

/** Holds the pause that is written in the cluster. A reader never waits. */
public final class PauseHolder {

  private volatile Optional<Pause> written = Optional.empty();

  /** Takes what is written now. */
  public void set(Optional<Pause> pause) {
    written = pause;
  }

  /** Returns the pause in force; empty where reviews are held as usual. */
  public Optional<Pause> active(Instant now) {
    return written.filter(pause -> pause.active(now));
  }
}
