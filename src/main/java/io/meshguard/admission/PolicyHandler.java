package io.meshguard.admission;

import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyReader;
import io.meshguard.policy.PolicyResult;
import io.meshguard.policy.Problem;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers whether an edit of the policy, or of a pause, may be stored: only one that could come
 * into force.
 */
final class PolicyHandler implements AdmissionHandler {

  /** Problems that are shown; the rest is counted. */
  private static final int MOST_PROBLEMS = 20;

  private final PolicyReader reader;
  private final PolicyHolder holder;
  private final Clock clock;

  PolicyHandler(PolicyReader reader, PolicyHolder holder, Clock clock) {
    this.reader = reader;
    this.holder = holder;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "policy";
  }

  @Override
  public ReviewResult handle(AdmissionRequest request) {
    Optional<Resource> pause = request.object().filter(PauseCheck::isPause);
    if (pause.isPresent()) {
      return pause(request, pause.get());
    }
    return request
        .object()
        .filter(PolicyHandler::isPolicy)
        .map(policy -> policy(request, policy))
        .orElseGet(() -> ReviewResult.skipped(request, ReviewSummary.NOTHING));
  }

  /** Edits of the policy are rare, and each is read anew. */
  @Override
  public Optional<Object> grounds() {
    return Optional.empty();
  }

  private ReviewResult policy(AdmissionRequest request, Resource policy) {
    PolicyResult result = reader.read(policy, LocalDate.now(clock));
    Language language = holder.inForce().policy().general().language();
    ReviewMessages speech = new ReviewMessages(language, "", request.ref());
    Warnings warnings = new Warnings();
    result.warnings().forEach(problem -> warnings.add(() -> problem.line(language)));
    List<String> lines = warnings.fitting(left -> speech.say("and-more", left));
    if (!result.problems().isEmpty()) {
      return denied(request, message(result.problems(), speech), lines);
    }
    ReviewOutcome outcome = lines.isEmpty() ? ReviewOutcome.ALLOWED : ReviewOutcome.WARNED;
    return ReviewResult.once(request, outcome, Optional.empty(), lines, Map.of());
  }

  private ReviewResult pause(AdmissionRequest request, Resource object) {
    Language language = holder.inForce().policy().general().language();
    ReviewMessages speech = new ReviewMessages(language, "", request.ref());
    return PauseCheck.mistake(object, clock.instant())
        .map(what -> speech.say("pause.bad", Message.verbatim(what)))
        .map(message -> denied(request, message, List.of()))
        .orElseGet(
            () ->
                ReviewResult.once(
                    request, ReviewOutcome.ALLOWED, Optional.empty(), List.of(), Map.of()));
  }

  private ReviewResult denied(AdmissionRequest request, String message, List<String> warnings) {
    Language language = holder.inForce().policy().general().language();
    return ReviewResult.once(
        request,
        ReviewOutcome.DENIED,
        Optional.of(new ReviewResult.Denied(message, language)),
        warnings,
        Map.of());
  }

  private static boolean isPolicy(Resource object) {
    return object.kind().equals(Kind.CONFIG_MAP) && object.name().equals(PolicyReader.CONFIG_MAP);
  }

  private static String message(List<Problem> problems, ReviewMessages speech) {
    List<String> lines = new ArrayList<>();
    int count = problems.size();
    lines.add(speech.say(count == 1 ? "policy.one" : "policy.many", count));
    problems.stream()
        .limit(MOST_PROBLEMS)
        .map(problem -> problem.line(speech.language()))
        .forEach(lines::add);
    if (count > MOST_PROBLEMS) {
      lines.add(speech.say("more-findings", count - MOST_PROBLEMS));
    }
    lines.add(speech.say("policy.kept"));
    return String.join("\n", lines);
  }
}
