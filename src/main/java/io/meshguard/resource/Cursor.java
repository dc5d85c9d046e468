package io.meshguard.resource;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.deadline.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A place in an object: the node there, which may be missing, and the RFC 6901 pointer that leads
 * to it. Stepping never throws, so a rule can walk an object of any shape. Steps are many and
 * pointers are asked for seldom, so a pointer is made when it is asked for. Immutable.
 *
 * <p>A step ends the work where the {@link Deadline} of the thread is over, so that no rule can
 * walk on for longer than somebody waits.
 */
public final class Cursor {

  private final JsonNode node;
  private final @Nullable Cursor parent;
  private final String segment;
  private @Nullable JsonPointer pointer;

  /**
   * Makes a cursor.
   *
   * @param node the node, a {@link MissingNode} where there is none
   * @param pointer the place, also where the node is missing
   */
  public Cursor(JsonNode node, JsonPointer pointer) {
    this.node = node;
    this.parent = null;
    this.segment = "";
    this.pointer = pointer;
  }

  private Cursor(JsonNode node, Cursor parent, String segment) {
    this.node = node;
    this.parent = parent;
    this.segment = segment;
  }

  /** Returns the cursor at the root of a tree. */
  public static Cursor root(JsonNode node) {
    return new Cursor(node, JsonPointer.empty());
  }

  /** Returns the node, a {@link MissingNode} where there is none. */
  public JsonNode node() {
    return node;
  }

  /** Returns the place, also where the node is missing. */
  public JsonPointer pointer() {
    // Two threads may both make it; they make the same.
    JsonPointer known = pointer;
    if (known == null) {
      StringBuilder path = new StringBuilder();
      appendTo(path);
      known = JsonPointer.compile(path.toString());
      pointer = known;
    }
    return known;
  }

  private void appendTo(StringBuilder path) {
    JsonPointer known = pointer;
    if (known != null || parent == null) {
      path.append(known);
      return;
    }
    parent.appendTo(path);
    path.append('/');
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      switch (c) {
        case '~' -> path.append("~0");
        case '/' -> path.append("~1");
        default -> path.append(c);
      }
    }
  }

  /** Returns the place of a field, step by step; missing where a step is no object or lacks it. */
  public Cursor at(String... fields) {
    Deadline.check();
    Cursor at = this;
    for (String field : fields) {
      at = new Cursor(at.node.path(field), at, field);
    }
    return at;
  }

  /** Returns the place of a list element; missing where this is no list or too short. */
  public Cursor at(int index) {
    Deadline.check();
    JsonNode element = node.isArray() ? node.path(index) : MissingNode.getInstance();
    return new Cursor(element, this, Integer.toString(index));
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
      Deadline.check();
      fields.add(new Field(entry.getKey(), new Cursor(entry.getValue(), this, entry.getKey())));
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cursor cursor
        && node.equals(cursor.node)
        && pointer().equals(cursor.pointer());
  }

  @Override
  public int hashCode() {
    return pointer().hashCode();
  }

  @Override
  public String toString() {
    return pointer() + ": " + node;
  }

  /**
   * A field of an object.
   *
   * @param name the key
   * @param value the place of its value
   */
  public record Field(String name, Cursor value) {}
}
