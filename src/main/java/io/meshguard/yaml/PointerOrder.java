package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Comparator;

/** Sorts places as a reader meets them: list indices by number, keys by name. */
public enum PointerOrder implements Comparator<JsonPointer> {
  INSTANCE;

  @Override
  public int compare(JsonPointer left, JsonPointer right) {
    JsonPointer a = left;
    JsonPointer b = right;
    while (!a.matches() && !b.matches()) {
      int order =
          a.mayMatchElement() && b.mayMatchElement()
              ? Integer.compare(a.getMatchingIndex(), b.getMatchingIndex())
              : a.getMatchingProperty().compareTo(b.getMatchingProperty());
      if (order != 0) {
        return order;
      }
      a = a.tail();
      b = b.tail();
    }
    return Boolean.compare(!a.matches(), !b.matches());
  }
}
