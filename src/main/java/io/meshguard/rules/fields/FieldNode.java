package io.meshguard.rules.fields;

import java.util.Map;
import java.util.Optional;

/**
 * The fields that an object may have at one place.
 *
 * @param fields the fields by name, in alphabetical order; the name {@code *} stands for any
 */
record FieldNode(Map<String, Field> fields) {

  private static final String ANY = "*";

  /**
   * One field.
   *
   * @param list whether its value is a list of what the node describes
   * @param node what stands below it; empty where nothing is judged: a scalar, or an object of any
   *     form
   */
  record Field(boolean list, Optional<FieldNode> node) {}

  /** Returns a field; empty where there is none of that name. */
  Optional<Field> field(String name) {
    Field field = fields.get(name);
    return Optional.ofNullable(field == null ? fields.get(ANY) : field);
  }
}
