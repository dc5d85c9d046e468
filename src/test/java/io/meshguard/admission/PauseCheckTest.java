package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PauseCheckTest {

  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  @Test
  void aPauseMayLastADayAndNoLonger() {
    assertThat(mistake("{\"until\":\"2026-03-02T00:00:00Z\"}")).isEmpty();
    assertThat(mistake("{\"until\":\"2026-03-02T00:00:01Z\"}"))
        .contains("\"until\" is more than 24h ahead");
  }

  @Test
  void onePastIsHarmless() {
    assertThat(mistake("{\"until\":\"2020-01-01T00:00:00Z\"}")).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNamed() {
    assertThat(mistake("{}")).contains("it has no key \"until\"");
    assertThat(mistake("null")).contains("it has no key \"until\"");
    assertThat(mistake("{\"until\":{\"a\":1}}")).isPresent();
    assertThat(mistake("{\"until\":\"2h\"}")).isPresent();
  }

  private static Optional<String> mistake(String data) {
    ObjectNode tree =
        Reviews.json(
            """
            {"apiVersion":"v1","kind":"ConfigMap",
             "metadata":{"name":"meshguard-pause","namespace":"meshguard"},"data":%s}
            """
                .formatted(data));
    Resource object = Resource.of(tree, "", Origin.NONE);
    assertThat(PauseCheck.isPause(object)).isTrue();
    return PauseCheck.mistake(object, NOW);
  }
}
