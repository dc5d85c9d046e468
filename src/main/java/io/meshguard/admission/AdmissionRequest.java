package io.meshguard.admission;

import io.meshguard.mesh.Requester;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Optional;

/**
 * The request in an AdmissionReview.
 *
 * @param uid names the request; the answer repeats it
 * @param operation {@code CREATE}, {@code UPDATE}, {@code DELETE} or {@code CONNECT}
 * @param kind kind of the object under review
 * @param subresource the subresource that is asked for, empty for the object itself
 * @param dryRun whether nothing will be stored
 * @param requester who asks
 * @param object the object as it is to be stored; empty where the operation has none
 * @param old the object as it is stored; empty where the operation has none
 */
record AdmissionRequest(
    String uid,
    String operation,
    Kind kind,
    String subresource,
    boolean dryRun,
    Requester requester,
    Optional<Resource> object,
    Optional<Resource> old) {

  private static final int REF_LENGTH = 8;

  /** Returns the request without its objects, for whoever keeps it. */
  AdmissionRequest without() {
    return new AdmissionRequest(
        uid, operation, kind, subresource, dryRun, requester, Optional.empty(), Optional.empty());
  }

  /** Returns the same request under another uid. */
  AdmissionRequest withUid(String other) {
    return new AdmissionRequest(
        other, operation, kind, subresource, dryRun, requester, object, old);
  }

  /** Returns the start of the uid, short enough to be read out to somebody. */
  String ref() {
    return ref(uid);
  }

  /** Returns the start of a uid, short enough to be read out to somebody. */
  static String ref(String uid) {
    return uid.length() <= REF_LENGTH ? uid : uid.substring(0, REF_LENGTH);
  }
}
