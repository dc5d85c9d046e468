package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.pause.Pause;
import io.meshguard.pause.PauseHolder;
import io.meshguard.rule.Engine;
import io.meshguard.rule.Language;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PausableEntryTest {

  private static final Instant UNTIL = Instant.parse("2026-03-01T02:00:00Z");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final PauseHolder pauses = new PauseHolder();
  private final AdmissionRequest request = Reviews.read(Reviews.create("{}"));

  @Test
  void withoutAPauseTheEntryAnswers() {
    assertThat(answer(UNTIL.minusSeconds(1), Language.EN).denial()).contains("no");
  }

  @Test
  void whileAPauseIsInForceEverythingIsAllowedWithOneWarning() {
    pauses.set(Optional.of(new Pause(UNTIL, "alice", "", false)));

    Answer answer = answer(UNTIL.minusSeconds(1), Language.EN);

    assertThat(answer.denial()).isEmpty();
    assertThat(answer.patch()).isEmpty();
    assertThat(answer.warnings())
        .containsExactly(
            "Meshguard is paused until 2026-03-01T02:00:00Z: the object was not checked");
    assertThat(answer.audit()).containsEntry("paused-until", "2026-03-01T02:00:00Z");
    assertThat(answer(UNTIL.minusSeconds(1), Language.ZH).warnings())
        .containsExactly("Meshguard 暂停至 2026-03-01T02:00:00Z：未检查该对象");
    assertThat(meters.get("meshguard.reviews").tag("verdict", "paused").counter().count())
        .isEqualTo(2);
  }

  @Test
  void anotherEntryMayGiveTheWarning() {
    pauses.set(Optional.of(new Pause(UNTIL, "alice", "", false)));

    Ruling ruling = entry(UNTIL.minusSeconds(1), Optional.empty()).rule(request);

    assertThat(ruling.answer(request.uid()).warnings()).isEmpty();
  }

  /** Else a denial that was remembered would be given in a pause, or a pause after its end. */
  @Test
  void nothingIsAnsweredFromMemoryInAPauseNorRemembered() {
    pauses.set(Optional.of(new Pause(UNTIL, "alice", "", false)));
    Entry during = entry(UNTIL.minusSeconds(1), Optional.empty());

    assertThat(during.grounds()).isEmpty();
    assertThat(during.rule(request).lasting()).isFalse();
    assertThat(entry(UNTIL, Optional.empty()).grounds()).contains("always");
  }

  @Test
  void afterItsEndTheEntryAnswersAgain() {
    pauses.set(Optional.of(new Pause(UNTIL, "alice", "", false)));

    assertThat(answer(UNTIL, Language.EN).denial()).contains("no");
  }

  private Answer answer(Instant now, Language language) {
    return entry(now, Optional.of(() -> language)).rule(request).answer(request.uid());
  }

  private Entry entry(Instant now, Optional<Supplier<Language>> language) {
    return new PausableEntry(
        new Denying(),
        pauses,
        Clock.fixed(now, ZoneOffset.UTC),
        new ReviewMetrics(meters, new Engine(List.of())),
        language);
  }

  /** Refuses everything, always on the same grounds. */
  private record Denying() implements Entry, Ruling {
    @Override
    public String name() {
      return "validate";
    }

    @Override
    public Ruling rule(AdmissionRequest request) {
      return this;
    }

    @Override
    public Optional<Object> grounds() {
      return Optional.of("always");
    }

    @Override
    public Answer answer(String uid) {
      return Answer.denied(uid, "no");
    }

    @Override
    public boolean lasting() {
      return true;
    }
  }
}
