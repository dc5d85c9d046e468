package io.meshguard.admission;

import io.meshguard.rule.Language;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A handler that answers as a test wants it to.
 *
 * @param answer what it makes of a request
 */
record SampleHandler(Function<AdmissionRequest, ReviewResult> answer) implements AdmissionHandler {

  /** Refuses a request. */
  static ReviewResult denied(AdmissionRequest request) {
    return new ReviewResult(
        request,
        ReviewOutcome.DENIED,
        ReviewSummary.NOTHING,
        Optional.of(new ReviewResult.Denied("no", Language.EN)),
        List.of(),
        List.of(),
        Map.of(),
        false);
  }

  @Override
  public String name() {
    return "validate";
  }

  @Override
  public Optional<Object> grounds() {
    return Optional.empty();
  }

  @Override
  public ReviewResult handle(AdmissionRequest request) {
    return answer.apply(request);
  }
}
