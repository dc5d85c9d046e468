package io.meshguard.server.mesh;

import io.meshguard.resource.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Tells a mesh of which kinds no changes come in. A watch ends every few minutes and begins again
 * within a second or two, so that only a longer interruption counts.
 */
public final class StalenessDetector {

  /** A watch that is interrupted for longer counts as stale. */
  public static final Duration LONGEST_RECONNECT = Duration.ofSeconds(10);

  private static final Logger LOG = Logger.getLogger(StalenessDetector.class);

  private final LiveMesh mesh;
  private final Map<Kind, Instant> since = new ConcurrentHashMap<>();
  private final Set<Kind> told = new HashSet<>();

  StalenessDetector(LiveMesh mesh) {
    this.mesh = mesh;
  }

  /**
   * Takes the kinds whose watches are interrupted at a moment.
   *
   * @param begin when that was at the latest, for those of which it was not known yet
   */
  synchronized void take(Set<Kind> interrupted, Instant begin, Instant now) {
    since.keySet().retainAll(interrupted);
    interrupted.forEach(kind -> since.merge(kind, begin, StalenessDetector::earlier));
    Set<Kind> stale = new HashSet<>();
    since.forEach(
        (kind, from) -> {
          if (!now.isBefore(from.plus(LONGEST_RECONNECT))) {
            stale.add(kind);
          }
        });
    Set<Kind> lost = new HashSet<>(stale);
    lost.removeAll(told);
    Set<Kind> back = new HashSet<>(told);
    back.removeAll(stale);
    lost.forEach(kind -> mesh.setStale(kind, true));
    back.forEach(kind -> mesh.setStale(kind, false));
    if (!lost.isEmpty()) {
      LOG.errorf("not receiving updates for %s: rules that depend on it only warn", names(lost));
    }
    if (!back.isEmpty()) {
      LOG.infof("receiving updates again for %s", names(back));
    }
    told.addAll(lost);
    told.removeAll(back);
  }

  /** Takes a kind of which no changes are expected any more. */
  synchronized void forget(Kind kind) {
    since.remove(kind);
    if (told.remove(kind)) {
      mesh.setStale(kind, false);
    }
  }

  private static Instant earlier(Instant left, Instant right) {
    return left.isBefore(right) ? left : right;
  }

  private static String names(Set<Kind> kinds) {
    return kinds.stream().map(Kind::name).sorted().distinct().collect(Collectors.joining(", "));
  }
}
