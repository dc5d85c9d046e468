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
final class PolicyEntry implements Entry {

  /** Problems that are shown; the rest is counted. */
  private static final int MOST_PROBLEMS = 20;

  private final PolicyReader reader;
  private final PolicyHolder holder;
  private final Clock clock;
  private final ReviewMetrics metrics;

  PolicyEntry(PolicyReader reader, PolicyHolder holder, Clock clock, ReviewMetrics metrics) {
    this.reader = reader;
    this.holder = holder;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "policy";
  }

  @Override
  public Ruling rule(AdmissionRequest request) {
    return new PolicyRuling(request);
  }

  /** Edits of the policy are rare, and each is read anew. */
  @Override
  public Optional<Object> grounds() {
    return Optional.empty();
  }

  private final class PolicyRuling implements Ruling {
    private final AdmissionRequest request;

    PolicyRuling(AdmissionRequest request) {
      this.request = request;
    }

    @Override
    public Answer answer(String uid) {
      return PolicyEntry.this.answer(request.withUid(uid));
    }

    @Override
    public boolean lasting() {
      return false;
    }
  }

  private Answer answer(AdmissionRequest request) {
    Optional<Resource> pause = request.object().filter(PauseCheck::isPause);
    if (pause.isPresent()) {
      return pause(request, pause.get());
    }
    Optional<Resource> policy = request.object().filter(PolicyEntry::isPolicy);
    if (policy.isEmpty()) {
      metrics.review(name(), request, Outcome.SKIPPED);
      return Answer.allowed(request.uid());
    }
    PolicyResult result = reader.read(policy.get(), LocalDate.now(clock));
    Language language = holder.inForce().policy().general().language();
    Speech speech = new Speech(language, "", request.ref());
    Warnings warnings = new Warnings();
    result.warnings().forEach(problem -> warnings.add(() -> problem.line(language)));
    List<String> lines = warnings.fitting(left -> speech.say("and-more", left));
    if (result.problems().isEmpty()) {
      metrics.review(name(), request, lines.isEmpty() ? Outcome.ALLOWED : Outcome.WARNED);
      return new Answer(request.uid(), Optional.empty(), lines, List.of(), Map.of());
    }
    metrics.review(name(), request, Outcome.DENIED);
    String message = message(result.problems(), speech);
    return new Answer(request.uid(), Optional.of(message), lines, List.of(), Map.of());
  }

  private Answer pause(AdmissionRequest request, Resource object) {
    Optional<String> mistake = PauseCheck.mistake(object, clock.instant());
    metrics.review(name(), request, mistake.isPresent() ? Outcome.DENIED : Outcome.ALLOWED);
    Speech speech = new Speech(holder.inForce().policy().general().language(), "", request.ref());
    return mistake
        .map(what -> Answer.denied(request.uid(), speech.say("pause.bad", Message.verbatim(what))))
        .orElseGet(() -> Answer.allowed(request.uid()));
  }

  private static boolean isPolicy(Resource object) {
    return object.kind().equals(Kind.CONFIG_MAP) && object.name().equals(PolicyReader.CONFIG_MAP);
  }

  private static String message(List<Problem> problems, Speech speech) {
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
    lines.add(speech.say("ref", Message.verbatim(speech.ref())));
    return String.join("\n", lines);
  }
}
