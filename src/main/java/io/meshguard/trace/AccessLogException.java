package io.meshguard.trace;

/** A line is not one of an access log that Envoy writes by default. */
public final class AccessLogException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Expected expected;
  private final int column;

  AccessLogException(Expected expected, int column) {
    super("expected " + expected + " at column " + column);
    this.expected = expected;
    this.column = column;
  }

  /** What should have stood where the reader gave up. */
  public enum Expected {
    /** A line at all. */
    LINE,
    /** A line of at most a mebibyte. */
    SHORTER_LINE,
    /** {@code [2026-01-31T12:00:00.000Z]}, or a JSON object. */
    START_TIME,
    /** {@code "GET /path HTTP/1.1"}, or {@code "- - -"} for a connection. */
    REQUEST,
    /** A status, 0 for a connection. */
    STATUS,
    /** Response flags, or {@code -}. */
    FLAGS,
    /** Details of the response and of the end of the connection. */
    DETAILS,
    /** Bytes received and sent, and the duration. */
    NUMBERS,
    /** {@code x-forwarded-for} in quotes. */
    FORWARDED,
    /** User agent, request id, authority and upstream host, each in quotes. */
    QUOTED,
    /** Cluster, three addresses, server name and route name. */
    TAIL,
    /** The end of the line. */
    END,
    /** JSON that is complete. */
    JSON,
    /** JSON with keys of an access log. */
    JSON_KEYS
  }

  /** Returns what should have stood there. */
  public Expected expected() {
    return expected;
  }

  /** Returns the place in the line, counted from 1. */
  public int column() {
    return column;
  }
}
