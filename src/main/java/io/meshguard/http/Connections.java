package io.meshguard.http;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open connections to one server. Each takes memory for its handshake and its buffers, so there
 * are only so many: where another one comes, the one goes that has waited for longest without
 * having asked anything yet, else the one that has asked nothing for longest. So nobody who opens
 * connections and lets them lie keeps others out.
 */
final class Connections {

  private final int most;
  private final Set<ConnectionGuard> silent = new LinkedHashSet<>();
  private final Set<ConnectionGuard> known = new LinkedHashSet<>();

  /**
   * Makes an empty set.
   *
   * @param most connections that are open at once at most
   */
  Connections(int most) {
    this.most = most;
  }

  /** Returns how many connections are open. */
  synchronized int open() {
    return silent.size() + known.size();
  }

  void opened(ConnectionGuard connection) {
    @Nullable ConnectionGuard victim;
    synchronized (this) {
      silent.add(connection);
      victim = open() > most ? takeOldest(connection) : null;
    }
    if (victim != null) {
      victim.close();
    }
  }

  synchronized void used(ConnectionGuard connection) {
    if (silent.remove(connection) || known.remove(connection)) {
      known.add(connection);
    }
  }

  synchronized void closed(ConnectionGuard connection) {
    silent.remove(connection);
    known.remove(connection);
  }

  private @Nullable ConnectionGuard takeOldest(ConnectionGuard newcomer) {
    for (Set<ConnectionGuard> candidates : List.of(silent, known)) {
      Iterator<ConnectionGuard> all = candidates.iterator();
      while (all.hasNext()) {
        ConnectionGuard candidate = all.next();
        if (!candidate.busy() && candidate != newcomer) {
          all.remove();
          return candidate;
        }
      }
    }
    return null;
  }
}
