package io.meshguard.yaml;

import java.util.List;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/** A node of a text and where it stands: offsets in chars, the end exclusive. */
sealed interface Part {

  /** Returns where it begins; before its anchor or tag, if it has one. */
  int start();

  /**
   * Returns where its last character stands, plus one. For a block collection that is the end of
   * the last thing in it.
   */
  int end();

  /** Returns whether it is a collection in brackets or braces. */
  default boolean isFlow() {
    return false;
  }

  /** A string, number, boolean or null; of no length where the text has nothing for null. */
  record Scalar(int start, int end, ScalarStyle style) implements Part {}

  /** A reference to something above. */
  record Alias(int start, int end) implements Part {}

  /** A list. */
  record Sequence(int start, int end, boolean isFlow, List<Part> items) implements Part {}

  /** A map. */
  record Mapping(int start, int end, boolean isFlow, List<Entry> entries) implements Part {}

  /** A key and its value; the name is empty for a key that is no scalar. */
  record Entry(String name, Part key, Part value) {}
}
