package io.meshguard.trace;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A field of an access log, by the name that it has in Istio's JSON (istio
 * pilot/pkg/model/telemetry_logging.go {@code EnvoyJSONLogFormatIstio} @1.30.3).
 */
public enum AccessLogField {
  AUTHORITY,
  BYTES_RECEIVED,
  BYTES_SENT,
  CONNECTION_TERMINATION_DETAILS,
  DOWNSTREAM_LOCAL_ADDRESS,
  DOWNSTREAM_REMOTE_ADDRESS,
  DURATION,
  METHOD,
  PATH,
  PROTOCOL,
  REQUEST_ID,
  REQUESTED_SERVER_NAME,
  RESPONSE_CODE,
  RESPONSE_CODE_DETAILS,
  RESPONSE_FLAGS,
  ROUTE_NAME,
  START_TIME,
  UPSTREAM_CLUSTER,
  UPSTREAM_HOST,
  UPSTREAM_LOCAL_ADDRESS,
  UPSTREAM_SERVICE_TIME,
  UPSTREAM_TRANSPORT_FAILURE_REASON,
  USER_AGENT,
  X_FORWARDED_FOR;

  private static final Map<String, AccessLogField> BY_KEY =
      Arrays.stream(values()).collect(Collectors.toMap(AccessLogField::key, Function.identity()));

  /** Returns the field's name in Istio's JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<AccessLogField> of(String key) {
    return Optional.ofNullable(BY_KEY.get(key));
  }
}
