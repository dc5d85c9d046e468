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
 * A handler that says yes to everything while a pause is in force. It stands before all else, so
 * that nothing that is wrong behind it matters then.
 */
final class PausableHandler implements AdmissionHandler {

  private final AdmissionHandler handler;
  private final PauseHolder pauses;
  private final Clock clock;
  private final Optional<Supplier<Language>> language;

  /**
   * Makes a handler.
   *
   * @param handler answers while there is no pause
   * @param language language of the warning about the pause; empty where another handler gives it
   */
  PausableHandler(
      AdmissionHandler handler,
      PauseHolder pauses,
      Clock clock,
      Optional<Supplier<Language>> language) {
    this.handler = handler;
    this.pauses = pauses;
    this.clock = clock;
    this.language = language;
  }

  @Override
  public String name() {
    return handler.name();
  }

  @Override
  public ReviewResult handle(AdmissionRequest request) {
    return pauses
        .active(clock.instant())
        .map(pause -> paused(pause, request))
        .orElseGet(() -> handler.handle(request));
  }

  /** What was decided before a pause counts again after it, and nothing is remembered of it. */
  @Override
  public Optional<Object> grounds() {
    return pauses.active(clock.instant()).isPresent() ? Optional.empty() : handler.grounds();
  }

  private ReviewResult paused(Pause pause, AdmissionRequest request) {
    String until = pause.until().truncatedTo(ChronoUnit.SECONDS).toString();
    List<String> warnings =
        language
            .map(Supplier::get)
            .map(spoken -> new ReviewMessages(spoken, "", request.ref()).say("paused", until))
            .stream()
            .toList();
    return ReviewResult.once(
        request, ReviewOutcome.PAUSED, Optional.empty(), warnings, Map.of("paused-until", until));
  }
}
