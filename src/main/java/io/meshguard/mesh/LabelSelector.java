package io.meshguard.mesh;

import io.meshguard.resource.Cursor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A Kubernetes label selector, evaluated as the API server does.
 *
 * @param at the selector; a missing or empty one selects everything
 */
public record LabelSelector(Cursor at) {

  private static final Set<String> FIELDS = Set.of("matchLabels", "matchExpressions");
  private static final Set<String> REQUIREMENT = Set.of("key", "operator", "values");

  private static final int LONGEST_NAME = 63;
  private static final int LONGEST_PREFIX = 253;

  /** Returns the labels of a map in an object, leaving out what is no string. */
  public static Map<String, String> labels(Cursor map) {
    Map<String, String> labels = new HashMap<>();
    map.fields()
        .forEach(field -> field.value().text().ifPresent(value -> labels.put(field.name(), value)));
    return labels;
  }

  /** Returns whether the selector is one that the API server would take; an empty one is. */
  public boolean isValid() {
    boolean known =
        at.isObject()
            && at.fields().stream().allMatch(field -> FIELDS.contains(field.name()))
            && isNothingOr(at.at("matchLabels"), Cursor::isObject)
            && isNothingOr(at.at("matchExpressions"), Cursor::isArray);
    return known
        && at.at("matchLabels").fields().stream()
            .allMatch(wanted -> isKey(wanted.name()) && isValue(wanted.value()))
        && at.at("matchExpressions").each().stream().allMatch(LabelSelector::isRequirement);
  }

  private static boolean isNothingOr(Cursor at, Predicate<Cursor> type) {
    return at.isMissing() || type.test(at);
  }

  private static boolean isRequirement(Cursor expression) {
    List<Cursor> values = expression.at("values").each();
    boolean counted =
        switch (expression.at("operator").text("")) {
          case "In", "NotIn" -> !values.isEmpty();
          case "Exists", "DoesNotExist" -> !expression.at("values").isNonEmpty();
          default -> false;
        };
    return counted
        && expression.fields().stream().allMatch(field -> REQUIREMENT.contains(field.name()))
        && isKey(expression.at("key").text(""))
        && values.stream().allMatch(LabelSelector::isValue);
  }

  private static boolean isKey(String key) {
    int slash = key.indexOf('/');
    boolean prefixed = slash < 0 || isName(key.substring(0, slash), LONGEST_PREFIX);
    return prefixed && isName(key.substring(slash + 1), LONGEST_NAME);
  }

  private static boolean isValue(Cursor value) {
    return value.text().filter(text -> text.isEmpty() || isName(text, LONGEST_NAME)).isPresent();
  }

  private static boolean isName(String text, int longest) {
    return !text.isEmpty()
        && text.length() <= longest
        && text.chars().allMatch(c -> isLetterOrDigit(c) || "-_.".indexOf(c) >= 0)
        && isLetterOrDigit(text.charAt(0))
        && isLetterOrDigit(text.charAt(text.length() - 1));
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Returns whether the selector selects something with these labels. */
  public boolean matches(Map<String, String> labels) {
    return labels(at.at("matchLabels")).entrySet().stream()
            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
        && at.at("matchExpressions").each().stream()
            .allMatch(expression -> matches(expression, labels));
  }

  /** Returns the values of a label that the selector names as wanted; empty where it names none. */
  public Set<String> wanted(String key) {
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
