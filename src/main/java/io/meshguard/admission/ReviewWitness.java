package io.meshguard.admission;

import io.meshguard.rule.Verdict;
import io.meshguard.rule.Verdict.Fault;
import java.util.List;

/**
 * Counts and logs what becomes of the requests of one entry.
 *
 * @param entry {@code validate} or {@code mutate}
 */
record ReviewWitness(String entry, ReviewMetrics metrics, ReviewLog log)
    implements Reviewer.Witness {

  @Override
  public void answered(AdmissionRequest request, Outcome outcome) {
    metrics.review(entry, request, outcome);
  }

  @Override
  public void unknownKind(AdmissionRequest request) {
    metrics.unknownKind();
  }

  @Override
  public void judged(AdmissionRequest request, Verdict verdict) {
    verdict
        .judged()
        .forEach(
            judged ->
                metrics.finding(
                    judged.finding().rule().id(),
                    judged.exempt() ? "exempt" : judged.mode().text()));
    verdict.cutShort().forEach(rule -> metrics.cutShort(rule.id()));
    log.judged(request, verdict);
  }

  @Override
  public void faults(AdmissionRequest request, List<Fault> faults) {
    faults.forEach(fault -> metrics.fault(fault.rule().id()));
    log.faults(request, faults);
  }
}
