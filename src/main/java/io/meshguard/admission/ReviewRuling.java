package io.meshguard.admission;

import io.meshguard.admission.Reviewer.Witness;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.PatchOp;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was decided about an object.
 *
 * @param asked the request, without its objects
 * @param outcome what became of it
 * @param noted what is counted and logged of it
 * @param denial why it is refused, but for the line that names the request
 * @param warnings what the user is told besides
 * @param patch what is to be changed in the object
 * @param audit what goes to the audit log of the API server
 * @param lasting whether all that it rests on is in {@link Entry#grounds}
 * @param witness takes notice of each answer
 */
record ReviewRuling(
    AdmissionRequest asked,
    Outcome outcome,
    Noted noted,
    Optional<Denied> denial,
    List<String> warnings,
    List<PatchOp> patch,
    Map<String, String> audit,
    boolean lasting,
    Witness witness)
    implements Ruling {

  /**
   * A refusal.
   *
   * @param message what it says
   * @param language the language that it says it in
   */
  record Denied(String message, Language language) {
    private String of(AdmissionRequest request) {
      Speech speech = new Speech(language, "", request.ref());
      return message + "\n" + speech.say("ref", Message.verbatim(request.ref()));
    }
  }

  /** Nothing was judged. */
  static ReviewRuling skipped(AdmissionRequest request, Noted noted, Witness witness) {
    return new ReviewRuling(
        request.without(),
        Outcome.SKIPPED,
        noted,
        Optional.empty(),
        List.of(),
        List.of(),
        Map.of(),
        true,
        witness);
  }

  @Override
  public Answer answer(String uid) {
    AdmissionRequest request = asked.withUid(uid);
    witness.answered(request, outcome, noted);
    return new Answer(uid, denial.map(denied -> denied.of(request)), warnings, patch, audit);
  }
}
