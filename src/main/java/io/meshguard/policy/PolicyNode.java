package io.meshguard.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Nearest;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node of a policy while it is read. Asking it for what it is not is a problem and gives nothing;
 * a node that is missing or null gives nothing without a problem.
 *
 * @param cursor the node and its place in the text
 * @param source the text
 * @param key its name for a reader, from the root
 * @param problems takes what is wrong
 */
record PolicyNode(Cursor cursor, Source source, String key, Problems problems) {

  static PolicyNode root(JsonNode tree, Source source, Problems problems) {
    return new PolicyNode(Cursor.root(tree), source, "", problems);
  }

  PolicyNode at(String field) {
    String below = key.isEmpty() ? SafeText.cut(field) : key + "." + SafeText.cut(field);
    return new PolicyNode(cursor.at(field), source, below, problems);
  }

  SourceLocation place() {
    return source.place(cursor.pointer());
  }

  boolean isSet() {
    return cursor.isPresent();
  }

  void problem(String message, Object... args) {
    problems.add(place(), key, Optional.empty(), message, args);
  }

  void problemNear(String meant, Collection<String> known, String message, Object... args) {
    problems.add(place(), key, Nearest.to(meant, known), message, args);
  }

  /** Returns the entries of a mapping, in order. */
  Map<String, PolicyNode> entries() {
    Map<String, PolicyNode> entries = new LinkedHashMap<>();
    if (cursor.isObject()) {
      cursor.fields().forEach(field -> entries.put(field.name(), at(field.name())));
    } else if (isSet()) {
      problem("expected.map");
    }
    return entries;
  }

  /** Checks that this is a mapping without keys but these. */
  void onlyKeys(Collection<String> known) {
    entries()
        .forEach(
            (name, value) -> {
              if (!known.contains(name)) {
                value.problemNear(name, known, "unknownKey");
              }
            });
  }

  /** Returns the elements of a list. */
  List<PolicyNode> items() {
    if (!cursor.isArray()) {
      if (isSet()) {
        problem("expected.list");
      }
      return List.of();
    }
    List<PolicyNode> items = new ArrayList<>();
    for (Cursor element : cursor.each()) {
      items.add(new PolicyNode(element, source, key + "[" + items.size() + "]", problems));
    }
    return items;
  }

  /** Returns a text without white space at its ends; it must hold no control characters. */
  Optional<String> text() {
    Optional<String> text = cursor.text().map(String::strip);
    if (text.isEmpty()) {
      if (isSet()) {
        problem(cursor.node().isValueNode() ? "expected.quotes" : "expected.text");
      }
      return Optional.empty();
    }
    if (!SafeText.escape(text.get()).equals(text.get())) {
      problem("controlCharacter", text.get());
      return Optional.empty();
    }
    return text;
  }

  /** Returns a text that is not empty. */
  Optional<String> filledText() {
    Optional<String> text = text();
    if (text.isPresent() && text.get().isEmpty()) {
      problem("empty");
      return Optional.empty();
    }
    return text;
  }

  /** Returns texts that are not empty; the list must hold at least one. */
  List<String> texts() {
    if (cursor.isArray() && cursor.node().isEmpty()) {
      problem("emptyList");
    }
    List<String> texts = new ArrayList<>();
    for (PolicyNode item : items()) {
      if (!item.isSet()) {
        item.problem("empty");
      }
      item.filledText().ifPresent(texts::add);
    }
    return texts;
  }

  Optional<Boolean> bool() {
    Optional<Boolean> bool = cursor.bool();
    if (bool.isEmpty() && isSet()) {
      problem("expected.bool");
    }
    return bool;
  }

  /** Returns what a word stands for. */
  <T> Optional<T> word(Map<String, T> words) {
    Optional<String> text = cursor.text().map(String::strip);
    if (text.isEmpty() && words.containsKey("off")) {
      text = bareOff();
    }
    if (text.isEmpty()) {
      if (isSet()) {
        problem("expected.word", choice(words.keySet()));
      }
      return Optional.empty();
    }
    T meant = words.get(text.get());
    if (meant == null) {
      problemNear(text.get(), words.keySet(), "badWord", text.get(), choice(words.keySet()));
      return Optional.empty();
    }
    return Optional.of(meant);
  }

  /** YAML 1.1, and so Kubernetes, reads a bare {@code off} as false. */
  private Optional<String> bareOff() {
    return cursor.bool().filter(on -> !on).map(on -> "off");
  }

  private static Message.Verbatim choice(Collection<String> words) {
    return Message.verbatim(String.join(" | ", words));
  }
}
