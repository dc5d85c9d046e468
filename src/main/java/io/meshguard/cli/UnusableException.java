package io.meshguard.cli;

/** What was given cannot be used; the message tells the user why and what to do. */
final class UnusableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnusableException(String message) {
    super(message);
  }
}
