package io.meshguard.rule;

/**
 * What Envoy writes for {@code %RESPONSE_FLAGS%} in an access log, and for {@code
 * %RESPONSE_FLAGS_LONG%} (envoy source/common/stream_info/utility.h {@code
 * CORE_RESPONSE_FLAGS} @1.40).
 */
public enum ResponseFlag {
  DC("DownstreamConnectionTermination"),
  DF("DnsResolutionFailed"),
  DI("DelayInjected"),
  DO("DropOverload"),
  DPE("DownstreamProtocolError"),
  DR("DownstreamRemoteReset"),
  DT("DurationTimeout"),
  FI("FaultInjected"),
  IH("InvalidEnvoyRequestHeaders"),
  LH("FailedLocalHealthCheck"),
  LR("LocalReset"),
  NC("NoClusterFound"),
  NFCF("NoFilterConfigFound"),
  NR("NoRouteFound"),
  OM("OverloadManagerTerminated"),
  RFCF("ResponseFromCacheFilter"),
  RL("RateLimited"),
  RLSE("RateLimitServiceError"),
  SI("StreamIdleTimeout"),
  UAEX("UnauthorizedExternalService"),
  UC("UpstreamConnectionTermination"),
  UDO("UnconditionalDropOverload"),
  UF("UpstreamConnectionFailure"),
  UH("NoHealthyUpstream"),
  UMSDR("UpstreamMaxStreamDurationReached"),
  UO("UpstreamOverflow"),
  UPE("UpstreamProtocolError"),
  UR("UpstreamRemoteReset"),
  URX("UpstreamRetryLimitExceeded"),
  UT("UpstreamRequestTimeout");

  private final String longName;

  ResponseFlag(String longName) {
    this.longName = longName;
  }

  /** Returns the name that {@code %RESPONSE_FLAGS_LONG%} writes. */
  public String longName() {
    return longName;
  }
}
