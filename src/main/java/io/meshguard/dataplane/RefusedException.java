package io.meshguard.dataplane;

import java.io.IOException;

/** An Envoy refuses what istiod sends it; it keeps what it had before. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  RefusedException(String proxy, String type, String reason) {
    super("%s refuses its %s: %s".formatted(proxy, type, reason));
    this.reason = reason;
  }

  /** Returns Envoy's own words. */
  public String reason() {
    return reason;
  }
}
