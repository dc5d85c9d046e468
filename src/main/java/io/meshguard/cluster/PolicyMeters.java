package io.meshguard.cluster;

import io.meshguard.policy.PolicyHolder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

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
  }

  private double age() {
    return Duration.between(holder.inForce().since(), clock.instant()).toSeconds();
  }
}
