package io.meshguard.resource;

/** A text that is no YAML, or goes over a limit. The message says what is wrong, for a user. */
public final class YamlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Position position;

  /** Makes an exception for a place in a text. */
  YamlException(String message, Position position) {
    super(message);
    this.position = position;
  }

  /** Returns the place of what is wrong. */
  public Position position() {
    return position;
  }
}
