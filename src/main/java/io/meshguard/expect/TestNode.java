package io.meshguard.expect;

import io.meshguard.istio.GoDuration;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Nearest;
import io.meshguard.resource.Origin;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A node of a document of route tests while it is read. Asking it for what it is not is a problem
 * and gives nothing; a node that is missing or null gives nothing without a problem.
 *
 * @param cursor the node
 * @param origin the file, and where its nodes stand
 * @param key its name for a reader, from the root
 * @param problems takes what is wrong
 */
record TestNode(Cursor cursor, Origin origin, String key, Consumer<Problem> problems) {

  private static final Position START = new Position(1, 1);

  TestNode at(String field) {
    String name = SafeText.cut(field);
    return below(cursor.at(field), key.isEmpty() ? name : key + "." + name);
  }

  private TestNode below(Cursor at, String name) {
    return new TestNode(at, origin, name, problems);
  }

  boolean isSet() {
    return cursor.isPresent();
  }

  Position position() {
    return origin.position(cursor.pointer()).orElse(START);
  }

  void problem(String message, Object... arguments) {
    problem(Problem.say(message, arguments), Optional.empty());
  }

  void problem(Message message, Optional<String> suggestion) {
    problems.accept(new Problem(origin.file(), position(), key, message, suggestion));
  }

  /** Returns the entries of a mapping, in order. */
  Map<String, TestNode> entries() {
    Map<String, TestNode> entries = new LinkedHashMap<>();
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
                value.problem(
                    Problem.say("unknownKey", Message.verbatim(String.join(", ", known))),
                    Nearest.to(name, known));
              }
            });
  }

  /** Returns the elements of a list. */
  List<TestNode> items() {
    if (!cursor.isArray()) {
      if (isSet()) {
        problem("expected.list");
      }
      return List.of();
    }
    List<TestNode> items = new ArrayList<>();
    for (Cursor element : cursor.each()) {
      items.add(below(element, key + "[" + items.size() + "]"));
    }
    return items;
  }

  /** Returns one text, or the texts of a list. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (TestNode item : cursor.isArray() ? items() : List.of(this)) {
      item.text().ifPresent(texts::add);
    }
    return texts;
  }

  /** Returns a text; a number or a boolean counts as it is written. */
  Optional<String> text() {
    Optional<String> text = cursor.text();
    boolean isScalar = cursor.node().isNumber() || cursor.node().isBoolean();
    if (text.isEmpty() && isScalar) {
      text = origin.written(cursor.pointer()).or(() -> Optional.of(cursor.node().asText()));
    }
    if (text.isEmpty() && isSet()) {
      problem("expected.text");
    }
    if (text.isPresent() && !SafeText.escape(text.get()).equals(text.get())) {
      problem("controlCharacter");
      return Optional.empty();
    }
    return text;
  }

  /** Returns a text that is not empty. */
  Optional<String> filledText() {
    Optional<String> text = text().map(String::strip);
    if (text.filter(String::isEmpty).isPresent()) {
      problem("empty");
      return Optional.empty();
    }
    return text;
  }

  OptionalLong number(long least, long most) {
    OptionalLong number = cursor.integer();
    if (number.isPresent() && number.getAsLong() >= least && number.getAsLong() <= most) {
      return number;
    }
    if (isSet()) {
      problem(
          "expected.number",
          Message.verbatim(Long.toString(least)),
          Message.verbatim(Long.toString(most)));
    }
    return OptionalLong.empty();
  }

  Optional<Boolean> bool() {
    Optional<Boolean> bool = cursor.bool();
    if (bool.isEmpty() && isSet()) {
      problem("expected.bool");
    }
    return bool;
  }

  /** Returns one of some words. */
  Optional<String> word(Collection<String> words) {
    Optional<String> text = filledText();
    if (text.isPresent() && !words.contains(text.get())) {
      problem(
          Problem.say("badWord", text.get(), Message.verbatim(String.join(" | ", words))),
          Nearest.to(text.get(), words));
      return Optional.empty();
    }
    return text;
  }

  /** Returns a duration in milliseconds. */
  OptionalLong duration() {
    Optional<String> text = filledText();
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong milliseconds = GoDuration.millis(text.get());
    if (milliseconds.isEmpty()) {
      problem("expected.duration", text.get());
    }
    return milliseconds;
  }
}
