package io.meshguard.controlplane;

/**
 * No control plane can be had on this machine; the message says what is missing and how to get it.
 */
public final class ControlPlaneUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  ControlPlaneUnavailableException(String message) {
    super(message);
  }
}
