package io.meshguard.resource;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A place in an object: the node there, which may be missing, and the RFC 6901 pointer that leads
 * to it. Stepping never throws, so a rule can walk an object of any shape.
 *
 * @param node the node, a {@link MissingNode} where there is none
 * @param pointer the place, also where the node is missing
 */
public record Cursor(JsonNode node, JsonPointer pointer) {

  /** Returns the cursor at the root of a tree. */
  public static Cursor root(JsonNode node) {
    return new Cursor(node, JsonPointer.empty());
  }

  /** Returns the place of a field, step by step; missing where a step is no object or lacks it. */
  public Cursor at(String... fields) {
    Cursor at = this;
    for (String field : fields) {
      at = new Cursor(at.node.path(field), at.pointer.appendProperty(field));
    }
    return at;
  }

  /** Returns the place of a list element; missing where this is no list or too short. */
  public Cursor at(int index) {
    JsonNode element = node.isArray() ? node.path(index) : MissingNode.getInstance();
    return new Cursor(element, pointer.appendIndex(index));
  }

  /** Returns the elements of this list, in order; none where this is no list. */
  public List<Cursor> each() {
    if (!node.isArray()) {
      return List.of();
    }
    List<Cursor> elements = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(at(i));
    }
    return elements;
  }

  /** Returns the fields of this object in file order; none where this is no object. */
  public List<Field> fields() {
    if (!node.isObject()) {
      return List.of();
    }
    List<Field> fields = new ArrayList<>(node.size());
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      fields.add(new Field(entry.getKey(), at(entry.getKey())));
    }
    return fields;
  }

  /** Returns whether nothing stands here. An explicit null is not missing. */
  public boolean isMissing() {
    return node.isMissingNode();
  }

  /** Returns whether a value other than null stands here. */
  public boolean isPresent() {
    return !node.isMissingNode() && !node.isNull();
  }

  /** Returns whether an object stands here. */
  public boolean isObject() {
    return node.isObject();
  }

  /** Returns whether a list stands here. */
  public boolean isArray() {
    return node.isArray();
  }

  /** Returns whether a list or object with at least one entry stands here. */
  public boolean isNonEmpty() {
    return node.isContainerNode() && !node.isEmpty();
  }

  /** Returns the string here; empty where no string stands here. */
  public Optional<String> text() {
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }

  /** Returns the string here, or the given one where no string stands here. */
  public String text(String otherwise) {
    return node.isTextual() ? node.textValue() : otherwise;
  }

  /** Returns whether exactly this string stands here. */
  public boolean is(String text) {
    return node.isTextual() && node.textValue().equals(text);
  }

  /** Returns the boolean here; empty where no boolean stands here. */
  public Optional<Boolean> bool() {
    return node.isBoolean() ? Optional.of(node.booleanValue()) : Optional.empty();
  }

  /** Returns whether the boolean true stands here. */
  public boolean isTrue() {
    return node.isBoolean() && node.booleanValue();
  }

  /** Returns the whole number here; empty where none stands here or it does not fit 64 bits. */
  public OptionalLong integer() {
    return node.isIntegralNumber() && node.canConvertToLong()
        ? OptionalLong.of(node.longValue())
        : OptionalLong.empty();
  }

  /**
   * A field of an object.
   *
   * @param name the key
   * @param value the place of its value
   */
  public record Field(String name, Cursor value) {}
}
