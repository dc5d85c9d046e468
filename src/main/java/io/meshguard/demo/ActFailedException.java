package io.meshguard.demo;

/** An act did not show what it should; the message says what was expected. */
final class ActFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  ActFailedException(String message) {
    super(message);
  }
}
