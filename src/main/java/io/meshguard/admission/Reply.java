package io.meshguard.admission;

import java.nio.charset.StandardCharsets;

/**
 * An HTTP response.
 *
 * @param status HTTP status
 * @param type media type of the body
 * @param body the body
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
record Reply(int status, String type, byte[] body) {

  static final int BAD_REQUEST = 400;
  static final int REQUEST_TIMEOUT = 408;
  static final int UNAVAILABLE = 503;

  /** An AdmissionReview. */
  static Reply of(AdmissionResponse answer) {
    return new Reply(200, "application/json", answer.toJson());
  }

  /** A refusal to answer, with a reason in one line. */
  static Reply error(int status, String reason) {
    byte[] line = (reason + "\n").getBytes(StandardCharsets.UTF_8);
    return new Reply(status, "text/plain;charset=UTF-8", line);
  }
}
