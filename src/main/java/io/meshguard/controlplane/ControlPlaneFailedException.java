package io.meshguard.controlplane;

import java.io.IOException;

/** etcd or kube-apiserver gave up, or was not ready in time; the message holds its last words. */
public final class ControlPlaneFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  ControlPlaneFailedException(String message) {
    super(message);
  }

  /** Tells whether somebody else took a port between its choice and its use. */
  boolean portTaken() {
    return String.valueOf(getMessage()).contains("address already in use");
  }
}
