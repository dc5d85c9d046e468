package io.meshguard.report;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.rule.Shown;

/** A place in an object as a reader writes it: {@code spec.http[1].match}. */
public final class DottedPath {

  private DottedPath() {}

  /**
   * Returns the place in the form {@code spec.http[1]}; a key that is more than a word is quoted:
   * {@code metadata.annotations["proxy.istio.io/config"]}. Empty for the object itself.
   *
   * @param pointer the place
   * @param tree the object, which tells list indices from keys
   */
  public static String of(JsonPointer pointer, JsonNode tree) {
    StringBuilder path = new StringBuilder();
    JsonNode at = tree;
    for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
      String segment = rest.getMatchingProperty();
      if (at.isArray() && rest.mayMatchElement()) {
        path.append('[').append(segment).append(']');
        at = at.path(rest.getMatchingIndex());
        continue;
      }
      at = at.path(segment);
      if (!isWord(segment)) {
        path.append("[\"").append(Shown.cut(segment)).append("\"]");
      } else {
        path.append(path.isEmpty() ? "" : ".").append(Shown.cut(segment));
      }
    }
    return path.toString();
  }

  private static boolean isWord(String key) {
    return !key.isEmpty()
        && key.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-');
  }
}
