package io.meshguard.yaml;

import io.meshguard.yaml.Part.Entry;
import io.meshguard.yaml.Part.Mapping;
import io.meshguard.yaml.Part.Sequence;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out how the author of a text writes. */
final class StyleDetector {

  private StyleDetector() {}

  static Rendering of(LineIndex lines, Part root) {
    boolean json = root.isFlow();
    return new Rendering(
        lines.lineBreak(),
        indentedLists(lines, root).orElse(false),
        json,
        json && isCompact(lines.text(), root));
  }

  /** The first field shows it; braces without one could be of either style. */
  private static boolean isCompact(String text, Part root) {
    return root instanceof Mapping map
        && map.entries().stream()
            .limit(1)
            .anyMatch(
                entry -> text.substring(entry.key().end(), entry.value().start()).equals(":"));
  }

  /** Looks at the first list that stands below a key; empty where there is none. */
  private static Optional<Boolean> indentedLists(LineIndex lines, Part part) {
    if (part.isFlow()) {
      return Optional.empty();
    }
    if (part instanceof Mapping map) {
      return map.entries().stream().flatMap(entry -> ofEntry(lines, entry)).findFirst();
    }
    if (part instanceof Sequence list) {
      return list.items().stream().flatMap(item -> indentedLists(lines, item).stream()).findFirst();
    }
    return Optional.empty();
  }

  private static Stream<Boolean> ofEntry(LineIndex lines, Entry entry) {
    if (entry.value() instanceof Sequence list && !list.isFlow()) {
      int dashes = CollectionItems.of(lines, list).column();
      return Stream.of(dashes > lines.column(entry.key().start()));
    }
    return indentedLists(lines, entry.value()).stream();
  }
}
