package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.pause.Pause;
import io.meshguard.pause.PauseHolder;
import io.meshguard.rule.Language;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PausableHandlerTest {

  private static final Instant UNTIL = Instant.parse("2026-03-01T02:00:00Z");

  private final PauseHolder pauses = new PauseHolder();
  private final AdmissionRequest request = Reviews.read(Reviews.create("{}"));

  @Test
  void withoutAPauseTheEntryAnswers() {
    assertThat(answer(UNTIL.minusSeconds(1), Language.EN).denial()).contains("no\nref: 705ab4f5");
  }

  @Test
  void whileAPauseIsInForceEverythingIsAllowedWithOneWarning() {
    pauses.set(Optional.of(new Pause(UNTIL, "alice", "", false)));

    AdmissionResponse answer = answer(UNTIL.minusSeconds(1), Language.EN);

    assertThat(answer.denial()).isEmpty();
    assertThat(answer.patch()).isEmpty();
    assertThat(answer.warnings())
        .containsExactly(
            "Meshguard is paused until 2026-03-01T02:00:00Z: the object was not checked");
    assertThat(answer.audit()).containsEntry("paused-until", "2026-03-01T02:00:00Z");
    assertThat(answer(UNTIL.minusSeconds(1), Language.ZH).warnings())
        .containsExactly("Meshguard 暂停至 2026-03-01T02:00:00Z：未检查该对象");
    assertThat(entry(UNTIL.minusSeconds(1), Optional.empty()).handle(request).outcome())
        .isEqualTo(ReviewOutcome.PAUSED);
  }

  @Test
  void anotherEntryMayGiveTheWarning() {
    pauses.set(Optional.of(new Pause(UNTIL, "alice", "", false)));

    ReviewResult result = entry(UNTIL.minusSeconds(1), Optional.empty()).handle(request);

    assertThat(result.response(request.uid()).warnings()).isEmpty();
  }

  /** Else a denial that was remembered would be given in a pause, or a pause after its end. */
  @Test
  void nothingIsAnsweredFromMemoryInAPauseNorRemembered() {
    pauses.set(Optional.of(new Pause(UNTIL, "alice", "", false)));
    AdmissionHandler during = entry(UNTIL.minusSeconds(1), Optional.empty());

    assertThat(during.grounds()).isEmpty();
    assertThat(during.handle(request).lasting()).isFalse();
    assertThat(entry(UNTIL, Optional.empty()).grounds()).contains("always");
  }

  @Test
  void afterItsEndTheEntryAnswersAgain() {
    pauses.set(Optional.of(new Pause(UNTIL, "alice", "", false)));

    assertThat(answer(UNTIL, Language.EN).denial()).contains("no\nref: 705ab4f5");
  }

  private AdmissionResponse answer(Instant now, Language language) {
    return entry(now, Optional.of(() -> language)).handle(request).response(request.uid());
  }

  private AdmissionHandler entry(Instant now, Optional<Supplier<Language>> language) {
    return new PausableHandler(new Denying(), pauses, Clock.fixed(now, ZoneOffset.UTC), language);
  }

  /** Refuses everything, always on the same grounds. */
  private record Denying() implements AdmissionHandler {
    @Override
    public String name() {
      return "validate";
    }

    @Override
    public ReviewResult handle(AdmissionRequest request) {
      return new ReviewResult(
          request,
          ReviewOutcome.DENIED,
          ReviewSummary.NOTHING,
          Optional.of(new ReviewResult.Denied("no", Language.EN)),
          List.of(),
          List.of(),
          Map.of(),
          true);
    }

    @Override
    public Optional<Object> grounds() {
      return Optional.of("always");
    }
  }
}
