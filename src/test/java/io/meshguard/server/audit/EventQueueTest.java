package io.meshguard.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventQueueTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final EventQueue queue = new EventQueue();
  private final List<String> written = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private int code;

  @Test
  void whatFailsIsTriedAgainAfterAWhile() {
    code = 500;
    queue.want(List.of(event("a"), event("b")));
    queue.send(START);
    queue.send(START.plusSeconds(1));
    assertThat(asked).as("one failure is enough for the moment").containsExactly("a", "b");

    code = 0;
    queue.send(START.plusSeconds(2));
    assertThat(written).isEmpty();
    queue.send(START.plusSeconds(6));
    queue.want(List.of(event("a"), event("b")));
    queue.send(START.plusSeconds(7));
    assertThat(written).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void itIsGivenUpAfterSomeTriesAlsoWhereItIsWantedAnew() {
    code = 403;
    for (int hour = 0; hour < 20; hour++) {
      queue.want(List.of(event("a")));
      queue.send(START.plusSeconds(hour * 3_600L));
    }
    assertThat(asked).hasSize(6);

    queue.want(List.of());
    queue.want(List.of(event("a")));
    queue.send(START.plusSeconds(100 * 3_600L));
    assertThat(asked).as("what went and came again is new").hasSize(7);
  }

  @Test
  void whatIsThereAlreadyIsWritten() {
    code = 409;
    queue.want(List.of(event("a")));
    queue.send(START);
    queue.send(START.plusSeconds(3_600));

    assertThat(asked).containsExactly("a");
  }

  private EventQueue.Wanted event(String name) {
    return new EventQueue.Wanted(
        name,
        now -> {
          asked.add(name);
          if (code != 0) {
            throw new KubernetesClientException("no", code, null);
          }
          written.add(name);
        });
  }
}
