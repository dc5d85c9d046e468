package io.meshguard.edit;

import io.meshguard.edit.Part.Entry;
import io.meshguard.edit.Part.Mapping;
import io.meshguard.edit.Part.Sequence;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out how the author of a text writes. */
final class Habits {

  private Habits() {}

  static Rendering of(Lines lines, Part root) {
    boolean json = root.isFlow();
    return new Rendering(lines.lineBreak(), indentedLists(lines, root).orElse(false), json);
  }

  /** Looks at the first list that stands below a key; empty where there is none. */
  private static Optional<Boolean> indentedLists(Lines lines, Part part) {
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

  private static Stream<Boolean> ofEntry(Lines lines, Entry entry) {
    if (entry.value() instanceof Sequence list && !list.isFlow()) {
      int dashes = Cores.of(lines, list).column();
      return Stream.of(dashes > lines.column(entry.key().start()));
    }
    return indentedLists(lines, entry.value()).stream();
  }
}
