package io.meshguard.upgrade;

/** What a change may do to traffic; the worst first. */
public enum Impact {
  /** Requests may fail, or go elsewhere. */
  HIGH,
  /** Requests are answered as before, but are retried, balanced or started otherwise. */
  MEDIUM,
  /** It is seen in headers, names or reports only. */
  LOW
}
