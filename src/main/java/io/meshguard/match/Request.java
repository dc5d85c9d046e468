package io.meshguard.match;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One concrete request. Port, source namespace and gateway are null where no match of the table
 * asks for them. Header names are lower case; all maps keep their order.
 *
 * @param headers the values of each header, one for each time that it is sent
 */
public record Request(
    String method,
    String path,
    String authority,
    String scheme,
    Map<String, List<String>> headers,
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
    Map<String, List<String>> copy = new LinkedHashMap<>();
    headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    headers = Collections.unmodifiableMap(copy);
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    sourceLabels = Collections.unmodifiableMap(new LinkedHashMap<>(sourceLabels));
  }

  /** Returns the values in a dimension; none where the request has none. */
  List<String> values(Dimension dimension) {
    if (dimension.kind() == Dimension.Kind.HEADER) {
      return headers.getOrDefault(dimension.name(), List.of());
    }
    String value =
        switch (dimension.kind()) {
          case PATH -> path;
          case METHOD -> method;
          case SCHEME -> scheme;
          case AUTHORITY -> authority;
          case QUERY -> query.get(dimension.name());
          case PORT -> port == null ? null : Integer.toString(port);
          case SOURCE_LABEL -> sourceLabels.get(dimension.name());
          case SOURCE_NAMESPACE -> sourceNamespace;
          case GATEWAY -> gateway;
          case HEADER, OPAQUE -> null;
        };
    return value == null ? List.of() : List.of(value);
  }
}
