package io.meshguard.pause;

/** A ConfigMap that does not say what a pause must. The message is for people. */
public final class UnreadablePause extends Exception {

  private static final long serialVersionUID = 1L;

  UnreadablePause(String message) {
    super(message, null, false, false);
  }
}
