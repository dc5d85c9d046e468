package io.meshguard.policy;

import io.meshguard.rule.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects problems, so that one reading tells them all. */
final class Problems {

  /** Nobody reads more; a text made to fill the memory gets no further. */
  static final int MOST = 100;

  private final List<Problem> found = new ArrayList<>();
  private int count;

  void add(
      SourceLocation place,
      String key,
      Optional<String> suggestion,
      String message,
      Object... args) {
    count++;
    if (count <= MOST) {
      Message text = new Message(Problem.BUNDLE, message, List.of(args));
      found.add(new Problem(place, key, text, suggestion));
    }
  }

  /** Returns how many there are, also those that are not kept. */
  int count() {
    return count;
  }

  /** Returns the problems; the last one says how many more there are, where that is so. */
  List<Problem> all() {
    List<Problem> all = new ArrayList<>(found);
    if (count > MOST) {
      Message more = new Message(Problem.BUNDLE, "more", List.of(count - MOST));
      all.add(new Problem(found.get(MOST - 1).place(), "", more, Optional.empty()));
    }
    return List.copyOf(all);
  }
}
