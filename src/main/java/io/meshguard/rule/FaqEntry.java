package io.meshguard.rule;

/** The entries of the operations FAQ, in its own order. */
public enum FaqEntry {
  CLUSTER_ACCESS(1, "Granting mesh permissions for a cluster"),
  SUB_ACCOUNT(2, "Sub-account cannot manage a cluster"),
  SIDECAR_NOT_READY(3, "Pod fails to start because the Envoy sidecar is not ready"),
  HEADER_TOO_LARGE(4, "Status 431 Request Header Fields Too Large"),
  HEADER_CASE(5, "Envoy turns header names to lower case"),
  HEADLESS(6, "Headless Services"),
  ISTIO_INIT(7, "istio-init crashes"),
  VIRTUAL_SERVICE(8, "VirtualService has no effect"),
  ROUTE_ORDER(9, "VirtualService route order"),
  PUBLIC_INGRESS(10, "Public ingress gateway cannot be reached"),
  SMART_DNS(11, "Resolution fails with smart DNS"),
  LOCALITY(12, "Locality-aware load balancing has no effect"),
  UPGRADE_REQUIRED(13, "Status 426 Upgrade Required"),
  INJECTION(14, "Sidecar is not injected"),
  CIRCUIT_BREAKING(15, "Circuit breaking has no effect"),
  STATEFUL_SET(16, "StatefulSet Pod IP returns 404"),
  RETRIES(17, "Retry policy causes trouble"),
  TRACING(18, "Traces are incomplete");

  private final int number;
  private final String title;

  FaqEntry(int number, String title) {
    this.number = number;
    this.title = title;
  }

  /** Returns the position in the FAQ, counted from 1. */
  public int number() {
    return number;
  }

  /** Returns the English title. */
  public String title() {
    return title;
  }
}
