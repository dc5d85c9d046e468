package io.meshguard.yaml;

/** A text that is no YAML, or goes over a limit. The message says what is wrong, for a user. */
public final class YamlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Position position;
  private final boolean tooLarge;

  /** Makes an exception for a place in a text. */
  public YamlException(String message, Position position) {
    this(message, position, false);
  }

  private YamlException(String message, Position position, boolean tooLarge) {
    super(message);
    this.position = position;
    this.tooLarge = tooLarge;
  }

  /** Makes an exception for a text that may be YAML and goes over a limit at a place. */
  static YamlException tooLarge(String message, Position position) {
    return new YamlException(message, position, true);
  }

  /** Returns whether the text goes over a limit, so that it is not known to be wrong. */
  public boolean isTooLarge() {
    return tooLarge;
  }

  /** Returns the place of what is wrong. */
  public Position position() {
    return position;
  }
}
