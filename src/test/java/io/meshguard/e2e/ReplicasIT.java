package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.e2e.Load.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** What a restart and the loss of replicas cost those who apply objects meanwhile. */
@OnRealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ReplicasIT {

  private static final System.Logger LOG = System.getLogger(ReplicasIT.class.getName());
  private static final int SOME = 40;

  /** The longest that a candidate waits between two looks at the lease, and the first audit. */
  private static final Duration LONGEST_HANDOVER = Duration.ofSeconds(15);

  /** The lease lasts 15 s more. */
  private static final Duration LONGEST_WITHOUT_LEADER = LONGEST_HANDOVER.plusSeconds(15);

  private final Live live;
  private final Replicas replicas;

  ReplicasIT(Live live) throws Exception {
    this.live = live;
    this.replicas = Replicas.start(live);
  }

  @Test
  @Order(1)
  void aRollingRestartLosesNothing() throws Exception {
    Duration longest = Duration.ZERO;
    Load load = Load.start(live, "rolling-");
    try (load) {
      load.awaitMore(SOME);
      for (ServerProcess server : replicas.servers()) {
        boolean leads = replicas.leaders().contains(server);
        server.end();
        Duration handed = Await.until("one leads", () -> replicas.leaders().size() == 1);
        longest = leads && handed.compareTo(longest) > 0 ? handed : longest;
        server.startAgain();
        Await.until("connections are led there again", () -> replicas.balancer().leadsTo(server));
        load.awaitMore(SOME);
      }
    }
    tell("rolling restart, " + longest.toMillis() + " ms without a leader", load);
    assertThat(load.count(Outcome.WRONG)).isZero();
    assertThat(load.count(Outcome.SLIPPED_IN)).isZero();
    assertThat(load.count(Outcome.FAILED)).isZero();
    assertThat(longest).isLessThan(LONGEST_HANDOVER);
  }

  /** The first comes back, so that one is left when each was killed once. */
  @Test
  @Order(2)
  void aKilledReplicaLosesNoMoreThanWhatItHadInHand() throws Exception {
    int refused = replicas.balancer().refused();
    Duration longest = Duration.ZERO;
    Load load = Load.start(live, "killed-");
    try (load) {
      load.awaitMore(SOME);
      for (ServerProcess server : replicas.servers()) {
        server.kill();
        Await.until("no connections are led there", () -> !replicas.balancer().leadsTo(server));
        load.awaitMore(SOME);
        Duration taken = Await.until("one leads", () -> replicas.leaders().size() == 1);
        longest = taken.compareTo(longest) > 0 ? taken : longest;
        if (server.equals(replicas.servers().get(0))) {
          server.startAgain();
          Await.until("connections are led there again", () -> replicas.balancer().leadsTo(server));
        }
      }
    }
    refused = replicas.balancer().refused() - refused;
    tell(
        "kill -9, %d connections refused, %d ms without a leader"
            .formatted(refused, longest.toMillis()),
        load);
    int inHand = Load.THREADS * replicas.servers().size();
    assertThat(load.count(Outcome.WRONG)).isZero();
    assertThat(load.count(Outcome.SLIPPED_IN) + load.count(Outcome.FAILED))
        .isLessThanOrEqualTo(inHand + refused);
    assertThat(load.count(Outcome.GIVEN_UP)).isZero();
    assertThat(longest).isLessThan(LONGEST_WITHOUT_LEADER);
  }

  private static void tell(String what, Load load) {
    LOG.log(System.Logger.Level.INFO, "{0}: {1}", what, load);
  }

  @AfterAll
  void end() throws Exception {
    replicas.close();
  }
}
