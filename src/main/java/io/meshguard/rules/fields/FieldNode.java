package io.meshguard.rules.fields;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields that an object may have at one place.
 *
 * @param fields the fields by name, in alphabetical order; the name {@code *} stands for any
 * @param names the names of these fields and of all below them
 */
record FieldNode(Map<String, Field> fields, Set<String> names) {

  private static final String ANY = "*";

  /**
   * One field.
   *
   * @param list whether its value is a list of what the node describes
   * @param node what stands below it; empty where nothing is judged: a scalar, or an object of any
   *     form
   */
  record Field(boolean list, Optional<FieldNode> node) {}

  /** Returns the node with given fields. */
  static FieldNode of(Map<String, Field> fields) {
    Set<String> names = new HashSet<>(fields.keySet());
    fields.values().forEach(field -> field.node().ifPresent(node -> names.addAll(node.names())));
    return new FieldNode(fields, Set.copyOf(names));
  }

  /** Returns a field; empty where there is none of that name. */
  Optional<Field> field(String name) {
    Field field = fields.get(name);
    return Optional.ofNullable(field == null ? fields.get(ANY) : field);
  }
}
