package io.meshguard.admission;

import java.util.Optional;

/** Decides about the requests that come in at one path. */
interface Entry {

  /** Returns the name of the entry in metrics. */
  String name();

  /** Decides about one request. */
  Ruling rule(AdmissionRequest request);

  /**
   * Returns what rulings rest on at the moment besides the request: while that is equal, the same
   * request gets the same ruling. Empty where that cannot be told.
   */
  Optional<Object> grounds();
}
