package io.meshguard.admission;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was decided about a request. It answers every request that is the same but for its uid, as
 * long as what it rests on is the same too ({@link AdmissionHandler#grounds}).
 *
 * @param asked the request, without its objects
 * @param outcome what became of it
 * @param summary what is counted and logged of it
 * @param denial why it is refused, but for the line that names the request
 * @param warnings what the user is told besides
 * @param patch what is to be changed in the object
 * @param audit what goes to the audit log of the API server
 * @param lasting whether all that it rests on is in {@link AdmissionHandler#grounds}, so that the
 *     next equal request may be answered by it too
 */
record ReviewResult(
    AdmissionRequest asked,
    ReviewOutcome outcome,
    ReviewSummary summary,
    Optional<Denied> denial,
    List<String> warnings,
    List<PatchOp> patch,
    Map<String, String> audit,
    boolean lasting) {

  ReviewResult {
    asked = asked.without();
    warnings = List.copyOf(warnings);
    patch = List.copyOf(patch);
    audit = Map.copyOf(audit);
  }

  /**
   * A refusal.
   *
   * @param message what it says
   * @param language the language that it says it in
   */
  record Denied(String message, Language language) {
    private String of(AdmissionRequest request) {
      ReviewMessages speech = new ReviewMessages(language, "", request.ref());
      return message + "\n" + speech.say("ref", Message.verbatim(request.ref()));
    }
  }

  /** Nothing was judged. */
  static ReviewResult skipped(AdmissionRequest request, ReviewSummary summary) {
    return new ReviewResult(
        request,
        ReviewOutcome.SKIPPED,
        summary,
        Optional.empty(),
        List.of(),
        List.of(),
        Map.of(),
        true);
  }

  /** Something other than the rules decided, this once. */
  static ReviewResult once(
      AdmissionRequest request,
      ReviewOutcome outcome,
      Optional<Denied> denial,
      List<String> warnings,
      Map<String, String> audit) {
    return new ReviewResult(
        request, outcome, ReviewSummary.NOTHING, denial, warnings, List.of(), audit, false);
  }

  /** Returns what the API server is told that asked under a uid. */
  AdmissionResponse response(String uid) {
    AdmissionRequest request = asked.withUid(uid);
    return new AdmissionResponse(
        uid, denial.map(denied -> denied.of(request)), warnings, patch, audit);
  }
}
