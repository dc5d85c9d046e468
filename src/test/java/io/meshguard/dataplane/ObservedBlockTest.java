package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ObservedBlockTest {
  @Test
  void readsActsAndTheirLines() {
    ObservedBlock block =
        ObservedBlock.parse(
            """
            Bad 1 and Good 2, from shop/client without a sidecar:
              catalog answers 503
              3 times POST http://catalog/pay HTTP/1.0 x-a: 1; x-b: 2 -> some 503 UO, tried 3 times
            Bad 2, from shop/client -> refused: too large
            """);

    ObservedBlock.Act act = block.scenes().get(0);
    assertThat(act.objects()).containsExactly("Bad 1", "Good 2");
    assertThat(act.where()).isEqualTo("from shop/client without a sidecar");
    assertThat(act.lines().get(0)).isInstanceOf(ObservedBlock.Told.class);
    ObservedBlock.Asked asked = (ObservedBlock.Asked) act.lines().get(1);
    assertThat(asked.count()).isEqualTo(3);
    assertThat(asked.atOnce()).isFalse();
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.version()).isEqualTo("HTTP/1.0");
    assertThat(asked.headers()).isEqualTo("x-a: 1; x-b: 2");
    assertThat(asked.seen()).isEqualTo("some 503 UO, tried 3 times");
    assertThat(block.scenes().get(1).refusal()).isEqualTo("too large");
  }

  @Test
  void anUnknownLineIsAnError() {
    for (String line : List.of("Ugly 1, through the gateway:", "Bad 1:\n  sings a song")) {
      assertThatThrownBy(() -> ObservedBlock.parse(line))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a line of an observed block");
    }
  }

  @Test
  void anExpectationThatDoesNotHoldIsNamed() {
    AccessLogLine log =
        AccessLogLine.parse(
                "[2026-11-30T14:11:24.231Z] \"GET /x HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 0"
                    + " - \"-\" \"meshguard/1\" \"id\" \"catalog\" \"-\" - - 10.96.0.1:80"
                    + " 10.128.0.4:47018 - -")
            .orElseThrow();
    Sighting seen =
        new Sighting(
            new RawResponse(404, "HTTP/1.1", List.of(), ""), Optional.of(log), List.of(), 5);

    assertThat(log.flags()).isEqualTo("NR");
    assertThat(log.userAgent()).isEqualTo("meshguard/1");
    assertThat(Expectation.missing("404 NR route_not_found", seen)).isEmpty();
    for (String wrong :
        List.of(
            "200", "404 NC", "404 NR via_upstream", "from catalog", "tried 1 times", "after 1")) {
      assertThat(Expectation.missing(wrong, seen)).as(wrong).hasSize(1);
    }
  }
}
