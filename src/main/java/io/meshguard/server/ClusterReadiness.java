package io.meshguard.server;

import io.meshguard.pause.PauseHolder;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyHolder.ActivePolicy;
import io.meshguard.policy.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready once mesh and policy are known; a bad policy is told, and does not end readiness. */
@Singleton
@Readiness
public class ClusterReadiness implements HealthCheck {

  private final ClusterRuntime link;
  private final Cluster cluster;
  private final PolicyHolder holder;
  private final PauseHolder pauses;
  private final Clock clock;

  @Inject
  ClusterReadiness(
      ClusterRuntime link, Cluster cluster, PolicyHolder holder, PauseHolder pauses, Clock clock) {
    this.link = link;
    this.cluster = cluster;
    this.holder = holder;
    this.pauses = pauses;
    this.clock = clock;
  }

  @Override
  public HealthCheckResponse call() {
    ActivePolicy inForce = holder.inForce();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("mesh and policy")
            .status(link.ready())
            .withData("cluster", cluster.client().isPresent())
            .withData("policy", inForce.state().name())
            .withData("policyGeneration", inForce.generation());
    pauses
        .active(clock.instant())
        .ifPresent(pause -> response.withData("pausedUntil", pause.until().toString()));
    if (!link.missingKinds().isEmpty()) {
      response.withData("kindsNotServed", String.join(", ", link.missingKinds()));
    }
    if (!inForce.problems().isEmpty()) {
      response.withData(
          "policyProblems",
          inForce.problems().stream().map(Problem::toString).collect(Collectors.joining("; ")));
    }
    return response.build();
  }
}
