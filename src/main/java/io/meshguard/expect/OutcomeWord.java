package io.meshguard.expect;

import io.meshguard.trace.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of a request, in the one word that a test says it with. */
enum OutcomeWord {
  FORWARDED,
  PASSED_THROUGH,
  REDIRECTED,
  ANSWERED,
  ABORTED,
  NOT_FOUND,
  NO_CLUSTER,
  NO_ENDPOINT,
  BLOCKED,
  HTTP_10_REFUSED,
  HEADERS_TOO_LARGE,
  UNKNOWN_METHOD,
  DIRECT,
  REFUSED,
  TLS_OPENED,
  UNUSABLE;

  static final List<String> ALL = Arrays.stream(values()).map(OutcomeWord::text).toList();

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static OutcomeWord of(Outcome outcome) {
    if (outcome instanceof Outcome.Forwarded) {
      return FORWARDED;
    }
    if (outcome instanceof Outcome.PassedThrough) {
      return PASSED_THROUGH;
    }
    if (outcome instanceof Outcome.Redirected) {
      return REDIRECTED;
    }
    if (outcome instanceof Outcome.Answered) {
      return ANSWERED;
    }
    if (outcome instanceof Outcome.Aborted) {
      return ABORTED;
    }
    if (outcome instanceof Outcome.NotFound) {
      return NOT_FOUND;
    }
    if (outcome instanceof Outcome.NoCluster) {
      return NO_CLUSTER;
    }
    if (outcome instanceof Outcome.NoEndpoint) {
      return NO_ENDPOINT;
    }
    if (outcome instanceof Outcome.Blocked) {
      return BLOCKED;
    }
    if (outcome instanceof Outcome.TooOld) {
      return HTTP_10_REFUSED;
    }
    if (outcome instanceof Outcome.UnknownMethod) {
      return UNKNOWN_METHOD;
    }
    if (outcome instanceof Outcome.TooLarge) {
      return HEADERS_TOO_LARGE;
    }
    if (outcome instanceof Outcome.Direct) {
      return DIRECT;
    }
    if (outcome instanceof Outcome.Refused) {
      return REFUSED;
    }
    return outcome instanceof Outcome.Opened ? TLS_OPENED : UNUSABLE;
  }
}
