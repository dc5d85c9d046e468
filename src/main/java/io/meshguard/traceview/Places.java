package io.meshguard.traceview;

import io.meshguard.rule.SafeText;
import io.meshguard.trace.Place;

/** How places are written. */
final class Places {

  private Places() {}

  /** Returns {@code file:line:column}; empty for an object of a cluster. */
  static String file(Place place) {
    String file = place.object().origin().file();
    if (file.isEmpty()) {
      return "";
    }
    String position =
        place
            .object()
            .origin()
            .position(place.pointer())
            .map(at -> ":" + at.line() + ":" + at.column())
            .orElse("");
    return SafeText.escape(file) + position;
  }

  /** Returns the object, such as {@code VirtualService shop/catalog}. */
  static String object(Place place) {
    return SafeText.escape(place.object().kind().name() + " " + place.object().ref().path());
  }

  /** Returns the field as people write it, such as {@code spec.http[0].match[1]}. */
  static String field(Place place) {
    StringBuilder text = new StringBuilder();
    for (String segment : place.pointer().toString().split("/", -1)) {
      if (segment.isEmpty()) {
        continue;
      }
      String name = segment.replace("~1", "/").replace("~0", "~");
      boolean number = name.chars().allMatch(c -> c >= '0' && c <= '9');
      if (number) {
        text.append('[').append(name).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(name);
      }
    }
    return SafeText.escape(text.toString());
  }

  /** Returns object, field and file. */
  static String all(Place place) {
    String field = field(place);
    String file = file(place);
    return object(place)
        + (field.isEmpty() ? "" : " " + field)
        + (file.isEmpty() ? "" : " (" + file + ")");
  }
}
