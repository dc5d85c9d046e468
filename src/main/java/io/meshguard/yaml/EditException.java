package io.meshguard.yaml;

/** A text cannot be changed as asked without changing more. The message tells a user why. */
public final class EditException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EditException(String message) {
    super(message);
  }
}
