package io.meshguard.lsp;

/** Settings that files cannot be judged with; the message tells the user why. */
public final class UnusableSettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes an exception with a message for the user. */
  public UnusableSettingsException(String message) {
    super(message);
  }
}
