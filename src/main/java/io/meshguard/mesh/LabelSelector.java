package io.meshguard.mesh;

import io.meshguard.resource.Cursor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A Kubernetes label selector, evaluated as the API server does.
 *
 * @param at the selector; a missing or empty one selects everything
 */
public record LabelSelector(Cursor at) {

  /** Returns the labels of a map in an object, leaving out what is no string. */
  public static Map<String, String> labels(Cursor map) {
    Map<String, String> labels = new HashMap<>();
    map.fields()
        .forEach(field -> field.value().text().ifPresent(value -> labels.put(field.name(), value)));
    return labels;
  }

  /** Returns whether the selector selects something with these labels. */
  public boolean matches(Map<String, String> labels) {
    return labels(at.at("matchLabels")).entrySet().stream()
            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
        && at.at("matchExpressions").each().stream()
            .allMatch(expression -> matches(expression, labels));
  }

  /** Returns the values of a label that the selector names as wanted; empty where it names none. */
  Set<String> wanted(String key) {
    Set<String> wanted =
        at.at("matchExpressions").each().stream()
            .filter(e -> e.at("key").is(key) && e.at("operator").is("In"))
            .flatMap(e -> values(e).stream())
            .collect(Collectors.toSet());
    at.at("matchLabels", key).text().ifPresent(wanted::add);
    return wanted;
  }

  private static boolean matches(Cursor expression, Map<String, String> labels) {
    String key = expression.at("key").text("");
    String value = labels.get(key);
    return switch (expression.at("operator").text("")) {
      case "In" -> value != null && values(expression).contains(value);
      case "NotIn" -> value == null || !values(expression).contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }

  private static Set<String> values(Cursor expression) {
    return expression.at("values").each().stream()
        .flatMap(value -> value.text().stream())
        .collect(Collectors.toSet());
  }
}
