package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StalenessDetectorTest {

  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  private final LiveMesh mesh = new LiveMesh(() -> MeshFacts.UNKNOWN);
  private final StalenessDetector interruptions = new StalenessDetector(mesh);

  StalenessDetectorTest() {
    mesh.setWhole(Kind.GATEWAY, true);
    mesh.setWhole(Kind.SERVICE, true);
  }

  @Test
  void aWatchThatIsRenewedIsNotInterrupted() {
    take(Set.of(Kind.GATEWAY), START);
    take(Set.of(Kind.GATEWAY), START.plusSeconds(9));
    take(Set.of(), START.plusSeconds(10));
    take(Set.of(Kind.GATEWAY), START.plusSeconds(11));

    assertThat(mesh.stale(Kind.GATEWAY)).isFalse();
    assertThat(absent(Kind.GATEWAY)).isTrue();
  }

  @Test
  void nothingIsConcludedOfAKindWhileNoNewsComeIn() {
    long before = mesh.changes().orElseThrow();
    take(Set.of(Kind.GATEWAY), START);
    take(Set.of(Kind.GATEWAY), START.plusSeconds(10));

    assertThat(mesh.stale(Kind.GATEWAY)).isTrue();
    assertThat(mesh.changes()).as("answers are not kept").isNotEqualTo(OptionalLong.of(before));
    assertThat(absent(Kind.GATEWAY)).isFalse();
    assertThat(mesh.list(Kind.GATEWAY).complete()).isFalse();
    assertThat(absent(Kind.SERVICE)).isTrue();

    take(Set.of(), START.plusSeconds(11));
    assertThat(mesh.stale(Kind.GATEWAY)).isFalse();
    assertThat(absent(Kind.GATEWAY)).isTrue();
  }

  @Test
  void aKindThatIsServedNoMoreIsNotStale() {
    take(Set.of(Kind.GATEWAY), START);
    take(Set.of(Kind.GATEWAY), START.plusSeconds(10));
    interruptions.forget(Kind.GATEWAY);

    assertThat(mesh.stale(Kind.GATEWAY)).isFalse();
    take(Set.of(Kind.GATEWAY), START.plusSeconds(11));
    assertThat(mesh.stale(Kind.GATEWAY)).as("counts anew").isFalse();
  }

  @Test
  void whatHasLongBeenUnheardOfIsStaleAtOnce() {
    interruptions.take(Set.of(Kind.GATEWAY), START.minusSeconds(5), START);
    assertThat(mesh.stale(Kind.GATEWAY)).isFalse();
    interruptions.take(Set.of(Kind.GATEWAY), START.minusSeconds(10), START);

    assertThat(mesh.stale(Kind.GATEWAY)).isTrue();
  }

  private void take(Set<Kind> interrupted, Instant now) {
    interruptions.take(interrupted, now, now);
  }

  private boolean absent(Kind kind) {
    return mesh.find(kind, "shop", "shop") instanceof Lookup.Absent;
  }
}
