package io.meshguard.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;

/** An object of which no more than its metadata was read, and why. */
final class Unreadable extends GenericKubernetesResource {

  private static final long serialVersionUID = 1L;

  private final String reason;

  Unreadable(String reason) {
    this.reason = reason;
  }

  /** Returns why, in words that follow "not judged: ". */
  String reason() {
    return reason;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Unreadable same && reason.equals(same.reason) && super.equals(other);
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + reason.hashCode();
  }
}
