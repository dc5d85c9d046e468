package io.meshguard.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.resource.Kind;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ChangeQueueTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ChangeQueue pending = new ChangeQueue();

  @Test
  void nothingIsDueBeforeAnythingChanged() {
    assertThat(pending.due(START)).isFalse();
  }

  @Test
  void changesAreLookedAtWhenItIsQuiet() {
    pending.changed(key("a"), START);
    assertThat(pending.due(START.plusMillis(900))).isFalse();
    pending.changed(key("b"), START.plusMillis(900));
    assertThat(pending.due(START.plusMillis(1_100))).isFalse();
    assertThat(pending.due(START.plusMillis(1_900))).isTrue();

    ChangeQueue.Work work = pending.take();

    assertThat(work.objects()).containsExactlyInAnyOrder(key("a"), key("b"));
    assertThat(work.kinds()).containsExactly(Kind.SERVICE);
    assertThat(work.everything()).isFalse();
    assertThat(pending.due(START.plusSeconds(60))).isFalse();
  }

  @Test
  void whereItIsNeverQuietChangesAreLookedAtAllTheSame() {
    for (int tenth = 0; tenth <= 100; tenth++) {
      Instant now = START.plusMillis(tenth * 100L);
      pending.changed(key("a"), now);
      assertThat(pending.due(now)).isEqualTo(tenth == 100);
    }
  }

  @Test
  void afterVeryManyChangesEverythingIsJudged() {
    for (int i = 0; i < 20_001; i++) {
      pending.changed(key("a" + i), START);
    }

    ChangeQueue.Work work = pending.take();

    assertThat(work.everything()).isTrue();
    assertThat(work.objects()).isEmpty();
  }

  @Test
  void aKindThatIsKnownAsAWholeConcernsItsReaders() {
    pending.known(Kind.SERVICE, START);

    assertThat(pending.due(START.plusSeconds(1))).isTrue();
    assertThat(pending.take().kinds()).containsExactly(Kind.SERVICE);
  }

  private static ObjectKey key(String name) {
    return new ObjectKey(Kind.SERVICE, "shop", name);
  }
}
