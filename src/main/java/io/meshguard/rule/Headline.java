package io.meshguard.rule;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.ObjectRef;

/** The one line that says a finding wherever it is shown: terminal, warning, denial, log. */
public final class Headline {

  private Headline() {}

  /** Returns {@code [rule] Kind ns/name spec.http[1]: message}, without control characters. */
  public static String of(Finding finding, Language language) {
    return "["
        + finding.rule().id()
        + "] "
        + where(finding)
        + ": "
        + language.render(finding.message());
  }

  /** Returns {@code Kind ns/name spec.http[1]}. */
  public static String where(Finding finding) {
    ObjectRef ref = finding.object().ref();
    String object = SafeText.escape(ref.toString());
    String place = place(finding.path(), finding.object().tree());
    return place.isEmpty() ? object : object + " " + place;
  }

  /**
   * Returns a place as people write it: {@code spec.http[1].match[0]}, with keys that are no plain
   * words in quotes.
   *
   * @param tree the object, which tells list indices from keys that are digits
   */
  public static String place(JsonPointer pointer, JsonNode tree) {
    StringBuilder text = new StringBuilder();
    JsonNode at = tree;
    for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
      String segment = rest.getMatchingProperty();
      if (at.isArray()) {
        text.append('[').append(segment).append(']');
      } else if (isWord(segment)) {
        text.append(text.isEmpty() ? "" : ".").append(segment);
      } else {
        text.append("[\"").append(SafeText.cut(segment)).append("\"]");
      }
      at = at.isArray() ? at.path(rest.getMatchingIndex()) : at.path(segment);
    }
    return text.toString();
  }

  private static boolean isWord(String segment) {
    return !segment.isEmpty()
        && segment
            .chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '_'
                        || c == '-');
  }
}
