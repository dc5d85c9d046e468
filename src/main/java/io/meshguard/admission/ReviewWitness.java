package io.meshguard.admission;

/**
 * Counts and logs what becomes of the requests of one entry.
 *
 * @param entry {@code validate} or {@code mutate}
 */
record ReviewWitness(String entry, ReviewMetrics metrics, ReviewLog log)
    implements Reviewer.Witness {

  @Override
  public void answered(AdmissionRequest request, Outcome outcome, Noted noted) {
    if (noted.unknownKind()) {
      metrics.unknownKind();
    }
    noted.findings().forEach(found -> metrics.finding(found.rule(), found.mode()));
    noted.cutShort().forEach(metrics::cutShort);
    noted.faults().forEach(fault -> metrics.fault(fault.rule().id()));
    log.judged(request, noted);
    log.faults(request, noted.faults());
    metrics.review(entry, request, outcome);
  }
}
