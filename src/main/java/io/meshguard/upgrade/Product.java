package io.meshguard.upgrade;

/** Whose release brings a change. */
public enum Product {
  /** Istio. */
  ISTIO("Istio"),
  /** Kubernetes. */
  KUBERNETES("Kubernetes");

  private final String title;

  Product(String title) {
    this.title = title;
  }

  /** Returns its name. */
  public String title() {
    return title;
  }
}
