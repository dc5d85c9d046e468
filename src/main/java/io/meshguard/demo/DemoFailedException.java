package io.meshguard.demo;

import java.io.IOException;

/** The demo cannot go on; the message says why, with the last words of whatever failed. */
final class DemoFailedException extends IOException {

  private static final long serialVersionUID = 1L;

  DemoFailedException(String message) {
    super(message);
  }
}
