package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.yaml.Part.Alias;
import io.meshguard.yaml.Part.Entry;
import io.meshguard.yaml.Part.Mapping;
import io.meshguard.yaml.Part.Scalar;
import io.meshguard.yaml.Part.Sequence;
import java.util.Optional;

/**
 * A value and where its text may be replaced.
 *
 * @param part the value
 * @param holder what it is a value of
 * @param inFlow whether it stands in brackets or braces
 * @param after offset after the colon of its key; that of the value where it has no key
 * @param column column of its key or dash
 */
record EditTarget(Part part, Holder holder, boolean inFlow, int after, int column) {

  /** What a value is a value of. */
  enum Holder {
    DOCUMENT,
    KEY,
    DASH
  }

  /** Returns the spot that a pointer leads to. */
  static EditTarget find(LineIndex lines, Part root, JsonPointer pointer) {
    EditTarget at = new EditTarget(root, Holder.DOCUMENT, false, root.start(), -Rendering.STEP);
    for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
      String step = rest.getMatchingProperty();
      EditTarget from = at;
      at =
          from.step(lines, step)
              .orElseThrow(() -> new EditException("\"" + step + "\" is not written there itself"));
    }
    return at;
  }

  /** Returns the spot of a child; empty if there is none in the text. */
  Optional<EditTarget> step(LineIndex lines, String step) {
    if (part instanceof Mapping mapping) {
      return mapping.entries().stream()
          .filter(entry -> entry.name().equals(step) && entry.key() instanceof Scalar)
          .findFirst()
          .map(entry -> value(lines, mapping, entry));
    }
    if (part instanceof Sequence sequence) {
      int index = index(step, sequence.items().size());
      Part item = sequence.items().get(index);
      int column = CollectionItems.of(lines, sequence).column();
      return Optional.of(
          new EditTarget(item, Holder.DASH, sequence.isFlow(), item.start(), column));
    }
    if (part instanceof Alias) {
      throw new EditException("an alias is there, whose text is used elsewhere too");
    }
    return Optional.empty();
  }

  private static EditTarget value(LineIndex lines, Mapping mapping, Entry entry) {
    int colon = entry.key().end();
    String text = lines.text();
    while (colon < text.length() && Character.isWhitespace(text.charAt(colon))) {
      colon++;
    }
    if (colon >= text.length() || text.charAt(colon) != ':') {
      throw new EditException("the key \"" + entry.name() + "\" has no value");
    }
    int column = lines.column(entry.key().start());
    return new EditTarget(entry.value(), Holder.KEY, mapping.isFlow(), colon + 1, column);
  }

  /** Returns the index that a step names in a list. */
  static int index(String step, int size) {
    int index = JsonPointer.empty().appendProperty(step).getMatchingIndex();
    if (index < 0 || index >= size) {
      throw new EditException("the list has no element " + step);
    }
    return index;
  }
}
