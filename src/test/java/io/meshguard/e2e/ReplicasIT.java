package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.e2e.Load.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a restart of replicas costs those who apply objects meanwhile. */
@OnRealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReplicasIT {

  private static final System.Logger LOG = System.getLogger(ReplicasIT.class.getName());
  private static final int SOME = 40;

  /** The longest that a candidate waits between two looks at the lease, and the first audit. */
  private static final Duration LONGEST_HANDOVER = Duration.ofSeconds(15);

  private final Live live;
  private final Replicas replicas;

  ReplicasIT(Live live) throws Exception {
    this.live = live;
    this.replicas = Replicas.start(live);
  }

  @Test
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

  private static void tell(String what, Load load) {
    LOG.log(System.Logger.Level.INFO, "{0}: {1}", what, load);
  }

  @AfterAll
  void end() throws Exception {
    replicas.close();
  }
}
