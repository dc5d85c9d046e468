package io.meshguard.match;

import java.util.Collections;
import java.util.Comparator;
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

  /** The simpler request first: fewer headers, a plain method, a shorter path. */
  public static final Comparator<Request> BY_SIZE =
      Comparator.comparingInt(
              (Request one) -> one.headers.size() + one.query.size() + one.sourceLabels.size())
          .thenComparing(one -> !one.method.equals("GET"))
          .thenComparingInt(one -> one.path.length())
          .thenComparing(Request::path);

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

  /** Returns the request without a header, a query parameter or a label. */
  Request without(Dimension dimension) {
    return new Request(
        method,
        path,
        authority,
        scheme,
        dimension.kind() == Dimension.Kind.HEADER ? fewer(headers, dimension) : headers,
        dimension.kind() == Dimension.Kind.QUERY ? fewer(query, dimension) : query,
        port,
        dimension.kind() == Dimension.Kind.SOURCE_LABEL
            ? fewer(sourceLabels, dimension)
            : sourceLabels,
        sourceNamespace,
        gateway);
  }

  private static <T> Map<String, T> fewer(Map<String, T> map, Dimension dimension) {
    Map<String, T> fewer = new LinkedHashMap<>(map);
    fewer.remove(dimension.name());
    return fewer;
  }

  /** Returns the request with another method, path, authority or scheme. */
  Request with(Dimension.Kind kind, String value) {
    return new Request(
        kind == Dimension.Kind.METHOD ? value : method,
        kind == Dimension.Kind.PATH ? value : path,
        kind == Dimension.Kind.AUTHORITY ? value : authority,
        kind == Dimension.Kind.SCHEME ? value : scheme,
        headers,
        query,
        port,
        sourceLabels,
        sourceNamespace,
        gateway);
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
