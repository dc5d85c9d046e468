package io.meshguard.match;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One concrete request. Port, source namespace and gateway are null where no match of the table
 * asks for them. Header names are lower case; both maps keep their order.
 */
public record Request(
    String method,
    String path,
    String authority,
    String scheme,
    Map<String, String> headers,
    Map<String, String> query,
    @Nullable Integer port,
    Map<String, String> sourceLabels,
    @Nullable String sourceNamespace,
    @Nullable String gateway) {

  public Request {
    Objects.requireNonNull(method);
    Objects.requireNonNull(path);
    Objects.requireNonNull(authority);
    Objects.requireNonNull(scheme);
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    sourceLabels = Collections.unmodifiableMap(new LinkedHashMap<>(sourceLabels));
  }

  /** Returns the value in a dimension, or null where the request has none. */
  @Nullable String value(Dimension dimension) {
    return switch (dimension.kind()) {
      case PATH -> path;
      case METHOD -> method;
      case SCHEME -> scheme;
      case AUTHORITY -> authority;
      case HEADER -> headers.get(dimension.name());
      case QUERY -> query.get(dimension.name());
      case PORT -> port == null ? null : Integer.toString(port);
      case SOURCE_LABEL -> sourceLabels.get(dimension.name());
      case SOURCE_NAMESPACE -> sourceNamespace;
      case GATEWAY -> gateway;
      case OPAQUE -> null;
    };
  }
}
