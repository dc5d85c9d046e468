package io.meshguard.admission;

import java.util.Optional;

/** Decides about the requests that come in at one path. Counts, logs and remembers nothing. */
interface AdmissionHandler {

  /** Returns the name of the path in metrics. */
  String name();

  /** Decides about one request. */
  ReviewResult handle(AdmissionRequest request);

  /**
   * Returns what results rest on at the moment besides the request: while that is equal, the same
   * request gets the same result. Empty where that cannot be told.
   */
  Optional<Object> grounds();
}
