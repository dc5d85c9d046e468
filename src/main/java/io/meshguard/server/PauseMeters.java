package io.meshguard.server;

import io.meshguard.pause.PauseHolder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Meters of the pause. */
@Singleton
public class PauseMeters {

  private final PauseHolder holder;
  private final Clock clock;

  @Inject
  PauseMeters(PauseHolder holder, Clock clock) {
    this.holder = holder;
    this.clock = clock;
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    Gauge.builder("meshguard.paused", this, PauseMeters::paused)
        .description("1 while paused: every request is allowed, else 0")
        .register(registry);
    Gauge.builder("meshguard.pause.until.seconds", this, PauseMeters::until)
        .description("When the pause in force ends, in seconds since 1970; 0 without one")
        .register(registry);
  }

  private double paused() {
    return holder.active(clock.instant()).isPresent() ? 1 : 0;
  }

  private double until() {
    return holder.active(clock.instant()).map(pause -> pause.until().getEpochSecond()).orElse(0L);
  }
}
