package io.meshguard.match;

import java.util.Objects;

/**
 * One property of a request that a condition can look at. Only headers, query parameters, source
 * labels and opaque properties have a name.
 */
public record Dimension(Kind kind, String name) {

  /** What is looked at. */
  public enum Kind {
    /** The path after normalisation, without query and fragment. */
    PATH,
    METHOD,
    SCHEME,
    /** The authority as the client sends it, with the port where the client names one. */
    AUTHORITY,
    HEADER,
    /** The first value of a key of the query. */
    QUERY,
    PORT,
    SOURCE_LABEL,
    SOURCE_NAMESPACE,
    GATEWAY,
    /** A property that a request cannot show, such as a claim of a token. */
    OPAQUE
  }

  public Dimension {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(name);
  }

  static Dimension of(Kind kind) {
    return new Dimension(kind, "");
  }

  @Override
  public String toString() {
    return name.isEmpty() ? kind.name() : kind.name() + "[" + name + "]";
  }
}
