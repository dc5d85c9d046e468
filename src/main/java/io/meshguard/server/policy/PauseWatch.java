package io.meshguard.server.policy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.pause.Pause;
import io.meshguard.pause.PauseHolder;
import io.meshguard.pause.UnreadablePause;
import io.meshguard.rule.SafeText;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Puts a pause in force as it is written to its ConfigMap, and tells when one begins and ends. */
public final class PauseWatch implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(PauseWatch.class);

  private final PauseHolder holder;
  private final Clock clock;
  private final Runnable changed;
  private final WatchedConfigMap configMap;
  private Map<String, String> read = Map.of();
  private Optional<Pause> told = Optional.empty();
  private volatile boolean synced;

  /**
   * Starts to watch.
   *
   * @param changed run when it is known whether there is a pause, and when one has begun, changed
   *     or ended
   */
  public PauseWatch(
      KubernetesClient client,
      String namespace,
      PauseHolder holder,
      Clock clock,
      Runnable changed) {
    this.holder = holder;
    this.clock = clock;
    this.changed = changed;
    this.configMap = new WatchedConfigMap(client, namespace, Pause.CONFIG_MAP, this::take);
    configMap.start();
  }

  /** Returns whether it is known by now what the cluster says. */
  public boolean synced() {
    return synced;
  }

  @Override
  public void close() {
    configMap.close();
  }

  /** Tells of a change since the last look; to be called often, for a pause ends by itself. */
  public synchronized void look() {
    Optional<Pause> now = holder.active(clock.instant());
    if (now.equals(told)) {
      return;
    }
    told = now;
    if (now.isPresent()) {
      LOG.warnf(
          "paused until %s by \"%s\", reason \"%s\": every request is allowed",
          now.get().until(), SafeText.cut(now.get().by()), SafeText.cut(now.get().reason()));
    } else {
      LOG.warn("the pause is over, objects are reviewed again");
    }
    changed.run();
  }

  /** Takes the pause as it is there; always on the same thread, but for looks. */
  private synchronized void take(WatchedConfigMap.Seen seen) {
    if (!seen.certain() && seen.configMap().isEmpty()) {
      return;
    }
    Map<String, String> data = seen.configMap().map(ConfigMap::getData).orElse(Map.of());
    if (seen.configMap().isEmpty() || !data.equals(read)) {
      holder.set(seen.configMap().isEmpty() ? Optional.empty() : read(data));
    }
    read = data;
    look();
    if (seen.certain() && !synced) {
      synced = true;
      changed.run();
    }
  }

  private Optional<Pause> read(Map<String, String> data) {
    try {
      Pause pause = Pause.read(data);
      if (!pause.active(clock.instant())) {
        LOG.infof(
            "ConfigMap %s is ignored: the pause ended at %s", Pause.CONFIG_MAP, pause.until());
      }
      return Optional.of(pause);
    } catch (UnreadablePause e) {
      LOG.errorf("ConfigMap %s is not a valid pause: %s", Pause.CONFIG_MAP, e.getMessage());
      return Optional.empty();
    }
  }
}
