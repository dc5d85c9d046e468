package io.meshguard.server;

import io.meshguard.policy.Enforcement;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyHolder.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/** Meters of the policy in force. */
@Singleton
public class PolicyMeters {

  private final PolicyHolder holder;
  private final Clock clock;

  @Inject
  PolicyMeters(PolicyHolder holder, Clock clock) {
    this.holder = holder;
    this.clock = clock;
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    Gauge.builder("meshguard.policy.generation", holder, h -> h.inForce().generation())
        .description("How many policies came into force since the start")
        .register(registry);
    Gauge.builder("meshguard.policy.age.seconds", this, PolicyMeters::age)
        .description("Time since the policy came into force")
        .register(registry);
    Gauge.builder("meshguard.policy.invalid", holder, h -> h.inForce().problems().size())
        .description("Mistakes in the policy in the cluster, which is not in force then")
        .register(registry);
    for (State state : State.values()) {
      Gauge.builder("meshguard.policy.state", holder, h -> flag(h.inForce().state() == state))
          .description("1 for where the policy in force comes from, 0 for the other places")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    for (Enforcement cap : Enforcement.values()) {
      Gauge.builder(
              "meshguard.policy.enforcement",
              holder,
              h -> flag(h.inForce().policy().enforcement() == cap))
          .description("1 for the cap on the modes of all rules, 0 for the other caps")
          .tag("enforcement", cap.text())
          .register(registry);
    }
  }

  private static double flag(boolean holds) {
    return holds ? 1 : 0;
  }

  private double age() {
    return Duration.between(holder.inForce().since(), clock.instant()).toSeconds();
  }
}
