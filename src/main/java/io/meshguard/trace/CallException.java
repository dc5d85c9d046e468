package io.meshguard.trace;

import java.util.List;

/** Says that no client can send what somebody wrote, and why. */
public final class CallException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Reason {
    /** More words than a method and a URL, or none. */
    WORDS,
    /** The method has a character that no method has. */
    METHOD,
    /** The URL has no scheme: it is a path alone. */
    RELATIVE,
    /** The scheme is none of http, https, tcp and tls. */
    SCHEME,
    /** The URL names no host. */
    HOST,
    /** The port is no number from 1 to 65535, or is missing. */
    PORT,
    /** The path has blanks, control characters or a fragment. */
    PATH,
    /** A header is not written as {@code name: value}. */
    HEADER,
    /** The version of HTTP is none of 1.0, 1.1 and 2. */
    VERSION,
    /** Methods and headers go with HTTP alone. */
    NOT_HTTP
  }

  private final Reason reason;
  private final List<String> words;

  /** Makes an exception; the words are what the reason is about. */
  public CallException(Reason reason, String... words) {
    super(reason + " " + String.join(" ", words));
    this.reason = reason;
    this.words = List.of(words);
  }

  /** Returns what is wrong. */
  public Reason reason() {
    return reason;
  }

  /** Returns what it is about. */
  public List<String> words() {
    return words;
  }
}
