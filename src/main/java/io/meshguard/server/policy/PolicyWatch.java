package io.meshguard.server.policy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.kube.ObjectConverter;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyHolder.ActivePolicy;
import io.meshguard.policy.PolicyReader;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** Puts the policy in force as it is written to its ConfigMap. */
public final class PolicyWatch implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(PolicyWatch.class);

  private final PolicyHolder holder;
  private final Clock clock;
  private final Supplier<Optional<ConfigMap>> accepted;
  private final Runnable changed;
  private final WatchedConfigMap configMap;
  private volatile boolean synced;

  /**
   * Starts to watch.
   *
   * @param accepted returns the policy that was stored as accepted
   * @param changed run after every change of what is in force, and of why it did not change
   */
  public PolicyWatch(
      KubernetesClient client,
      String namespace,
      PolicyHolder holder,
      Clock clock,
      Supplier<Optional<ConfigMap>> accepted,
      Runnable changed) {
    this.holder = holder;
    this.clock = clock;
    this.accepted = accepted;
    this.changed = changed;
    this.configMap = new WatchedConfigMap(client, namespace, PolicyReader.CONFIG_MAP, this::see);
    configMap.start();
  }

  /** Returns whether it is known by now what the cluster says. */
  public boolean synced() {
    return synced;
  }

  /** Returns whether edits come in at this moment. */
  public boolean open() {
    return synced && configMap.open();
  }

  @Override
  public void close() {
    configMap.close();
  }

  /** Takes the policy as it is there; always on the same thread. */
  private void see(WatchedConfigMap.Seen seen) {
    if (!seen.certain() && seen.configMap().isEmpty()) {
      return;
    }
    if (synced && seen.configMap().isEmpty()) {
      LOG.warn("the policy was deleted: the previous policy stays in force");
    }
    ActivePolicy now = offer(seen.configMap());
    if (seen.certain() && !synced) {
      if (seen.configMap().isEmpty() || !now.problems().isEmpty()) {
        accepted
            .get()
            .ifPresent(
                stored ->
                    take(before -> holder.restore(ObjectConverter.of(stored), clock.instant())));
      }
      synced = true;
    }
  }

  private ActivePolicy offer(Optional<ConfigMap> written) {
    return take(
        before ->
            written.isPresent()
                ? holder.offer(ObjectConverter.of(written.get()), clock.instant())
                : holder.deleted());
  }

  private ActivePolicy take(UnaryOperator<ActivePolicy> step) {
    ActivePolicy before = holder.inForce();
    ActivePolicy now = step.apply(before);
    if (now.generation() != before.generation()) {
      LOG.infof("policy generation %d is in force (%s)", now.generation(), now.state());
      now.warnings().forEach(problem -> LOG.warnf("policy: %s", problem));
      now.ignored()
          .forEach(
              problem ->
                  LOG.warnf("policy, ignored because this release does not know it: %s", problem));
    }
    if (!now.problems().isEmpty() && !now.problems().equals(before.problems())) {
      now.problems().forEach(problem -> LOG.errorf("policy refused: %s", problem));
      LOG.errorf("the previous policy stays in force (generation %d)", now.generation());
    }
    if (!now.equals(before)) {
      changed.run();
    }
    return now;
  }
}
