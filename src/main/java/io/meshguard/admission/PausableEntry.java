package io.meshguard.admission;

import io.meshguard.pause.Pause;
import io.meshguard.pause.PauseHolder;
import io.meshguard.rule.Language;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An entry that says yes to everything while a pause is in force. It stands before all else, so
 * that nothing that is wrong behind it matters then.
 */
final class PausableEntry implements Entry {

  private final Entry entry;
  private final PauseHolder pauses;
  private final Clock clock;
  private final ReviewMetrics metrics;
  private final Optional<Supplier<Language>> language;

  /**
   * Makes an entry.
   *
   * @param entry answers while there is no pause
   * @param language language of the warning about the pause; empty where another entry gives it
   */
  PausableEntry(
      Entry entry,
      PauseHolder pauses,
      Clock clock,
      ReviewMetrics metrics,
      Optional<Supplier<Language>> language) {
    this.entry = entry;
    this.pauses = pauses;
    this.clock = clock;
    this.metrics = metrics;
    this.language = language;
  }

  @Override
  public String name() {
    return entry.name();
  }

  @Override
  public Ruling rule(AdmissionRequest request) {
    return pauses
        .active(clock.instant())
        .<Ruling>map(pause -> new PausedRuling(pause, request))
        .orElseGet(() -> entry.rule(request));
  }

  /** What was ruled before a pause counts again after it, and nothing is remembered of it. */
  @Override
  public Optional<Object> grounds() {
    return pauses.active(clock.instant()).isPresent() ? Optional.empty() : entry.grounds();
  }

  private final class PausedRuling implements Ruling {
    private final String until;
    private final AdmissionRequest request;

    PausedRuling(Pause pause, AdmissionRequest request) {
      this.until = pause.until().truncatedTo(ChronoUnit.SECONDS).toString();
      this.request = request;
    }

    @Override
    public Answer answer(String uid) {
      metrics.review(name(), request, Outcome.PAUSED);
      List<String> warnings =
          language
              .map(Supplier::get)
              .map(spoken -> new Speech(spoken, "", request.ref()).say("paused", until))
              .stream()
              .toList();
      return new Answer(uid, Optional.empty(), warnings, List.of(), Map.of("paused-until", until));
    }

    @Override
    public boolean lasting() {
      return false;
    }
  }
}
