package io.meshguard.rule;

import java.util.List;

/**
 * A setting of a rule's own that a policy may give beside its mode.
 *
 * @param name key in the policy
 * @param type what the value must be
 * @param values the words allowed for {@link Type#WORD}
 */
public record Parameter(String name, Type type, List<String> values) {

  public Parameter {
    values = List.copyOf(values);
  }

  /** Returns a parameter that is a whole number of at least 1. */
  public static Parameter positiveInteger(String name) {
    return new Parameter(name, Type.POSITIVE_INTEGER, List.of());
  }

  /** Returns a parameter that is true or false. */
  public static Parameter bool(String name) {
    return new Parameter(name, Type.BOOLEAN, List.of());
  }

  /** Returns a parameter that is one of some words. */
  public static Parameter word(String name, String... values) {
    return new Parameter(name, Type.WORD, List.of(values));
  }

  /** Returns a parameter that is a Kubernetes label selector with {@code matchLabels}. */
  public static Parameter labelSelector(String name) {
    return new Parameter(name, Type.LABEL_SELECTOR, List.of());
  }

  /** What a value must be. */
  public enum Type {
    POSITIVE_INTEGER,
    BOOLEAN,
    WORD,
    LABEL_SELECTOR
  }
}
