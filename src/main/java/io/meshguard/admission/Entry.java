package io.meshguard.admission;

/** Answers the requests that come in at one path. */
interface Entry {

  /** Returns the name of the entry in metrics. */
  String name();

  /** Answers one request. */
  Answer answer(AdmissionRequest request);
}
