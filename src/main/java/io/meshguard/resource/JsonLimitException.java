package io.meshguard.resource;

import java.io.IOException;

/** A JSON text that is larger, in one way or another, than what is read. */
public final class JsonLimitException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Limit limit;

  JsonLimitException(Limit limit) {
    super(limit.name());
    this.limit = limit;
  }

  /** What a text can have too much of. */
  public enum Limit {
    /** Levels of lists and maps in each other. */
    DEPTH,
    /** Lists, maps and values. */
    NODES,
    /** Characters of one string, name or number. */
    LENGTH
  }

  /** Returns what the text has too much of. */
  public Limit limit() {
    return limit;
  }
}
