package io.meshguard.e2e;

import io.meshguard.controlplane.Relay;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Leads connections to servers on loopback as a Service does: each new one to a server that said
 * that it is ready when it was last asked, in turn. Connections that are open stay where they are,
 * and one that its server refuses is not tried elsewhere.
 */
final class Balancer implements AutoCloseable {

  private static final int POLL_MILLIS = 100;

  private final List<ServerProcess> servers;
  private final Set<ServerProcess> ready = ConcurrentHashMap.newKeySet();
  private final AtomicInteger turn = new AtomicInteger();
  private final ScheduledExecutorService polls;
  private final Relay relay;

  /** Starts to lead connections to servers, of which none is taken to be ready yet. */
  Balancer(List<ServerProcess> servers) throws IOException {
    this.servers = List.copyOf(servers);
    // one thread each, so that a server that hangs does not hide what becomes of another
    this.polls = Executors.newScheduledThreadPool(servers.size());
    for (ServerProcess server : servers) {
      var unused =
          polls.scheduleWithFixedDelay(() -> ask(server), 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
    this.relay = new Relay(this::next);
  }

  /** Returns the address that leads to the servers. */
  URI address() {
    return URI.create("https://127.0.0.1:" + relay.port());
  }

  /** Tells whether connections are led to a server. */
  boolean leadsTo(ServerProcess server) {
    return ready.contains(server);
  }

  /** Returns how many connections found nobody who took them. */
  int refused() {
    return relay.refused();
  }

  private void ask(ServerProcess server) {
    try {
      if (server.saysReady()) {
        ready.add(server);
      } else {
        ready.remove(server);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Integer> next() {
    List<ServerProcess> candidates = servers.stream().filter(ready::contains).toList();
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(
            candidates.get(Math.floorMod(turn.getAndIncrement(), candidates.size())).port());
  }

  @Override
  public void close() throws IOException {
    polls.shutdownNow();
    relay.close();
  }
}
