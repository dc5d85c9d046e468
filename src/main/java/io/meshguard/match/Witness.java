package io.meshguard.match;

import io.meshguard.match.Dimension.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a box's own values out as a request. */
final class Witness {
  private final Map<Dimension, List<String>> values = new LinkedHashMap<>();

  private Witness() {}

  /** Returns a request in the box as far as a request can show it, or null if it is undecided. */
  static @Nullable Request of(Box box, Space space) {
    Witness witness = new Witness();
    for (int i = 0; i < box.size(); i++) {
      Dimension dimension = space.dimension(box.dimension(i));
      Constraint constraint = box.constraint(i);
      if (dimension.kind() == Kind.OPAQUE) {
        continue;
      }
      if (!constraint.decided()) {
        return null;
      }
      if (!constraint.values().isEmpty()) {
        witness.values.put(dimension, constraint.values());
      }
    }
    return witness.request(space);
  }

  private Request request(Space space) {
    String port = asked(Kind.PORT, space);
    return new Request(
        required(Kind.METHOD, space),
        required(Kind.PATH, space),
        required(Kind.AUTHORITY, space),
        required(Kind.SCHEME, space),
        named(Kind.HEADER),
        first(Kind.QUERY),
        port == null ? null : Integer.valueOf(port),
        first(Kind.SOURCE_LABEL),
        asked(Kind.SOURCE_NAMESPACE, space),
        asked(Kind.GATEWAY, space));
  }

  private String required(Kind kind, Space space) {
    List<String> found = values.get(Dimension.of(kind));
    return found == null ? space.defaultText(kind) : found.get(0);
  }

  /** Returns the value, or null where no match of the analysis asks for that property. */
  private @Nullable String asked(Kind kind, Space space) {
    return space.find(Dimension.of(kind)) < 0 ? null : required(kind, space);
  }

  private Map<String, String> first(Kind kind) {
    Map<String, String> found = new LinkedHashMap<>();
    named(kind).forEach((name, all) -> found.put(name, all.get(0)));
    return found;
  }

  private Map<String, List<String>> named(Kind kind) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    values.forEach(
        (dimension, all) -> {
          if (dimension.kind() == kind) {
            found.put(dimension.name(), all);
          }
        });
    return found;
  }
}
