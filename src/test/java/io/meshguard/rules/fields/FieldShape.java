package io.meshguard.rules.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** What may stand at a place, while the list of fields is being made. */
final class FieldShape {

  private final Map<String, FieldShape> fields = new TreeMap<>();
  private boolean free;
  private boolean list;

  private FieldShape() {}

  /** Returns the shape that an OpenAPI schema describes; references lead into the definitions. */
  static FieldShape of(JsonNode schema, Map<String, JsonNode> definitions) {
    JsonNode target = definitions.get(schema.path("$ref").asText());
    JsonNode resolved = target == null ? schema : target;
    if (resolved.path("type").asText().equals("array")) {
      FieldShape element = of(resolved.path("items"), definitions);
      element.list = true;
      return element;
    }
    FieldShape shape = new FieldShape();
    JsonNode properties = resolved.path("properties");
    JsonNode any = resolved.path("additionalProperties");
    for (Map.Entry<String, JsonNode> entry : properties.properties()) {
      boolean metadata = entry.getKey().equals("metadata");
      shape.fields.put(entry.getKey(), metadata ? freely() : of(entry.getValue(), definitions));
    }
    FieldShape values = of(any, definitions, properties.isEmpty() && any.isObject());
    if (!values.free) {
      shape.fields.put("*", values);
    }
    boolean open = resolved.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    shape.free = open || shape.fields.isEmpty();
    return shape;
  }

  /** Returns what either of two versions allows. */
  static FieldShape merge(FieldShape left, FieldShape right) {
    FieldShape both = new FieldShape();
    both.free = left.free || right.free;
    both.list = left.list || right.list;
    both.fields.putAll(left.fields);
    right.fields.forEach((name, shape) -> both.fields.merge(name, shape, FieldShape::merge));
    return both;
  }

  /** Allows fields in which nothing is judged. */
  void addFree(String... names) {
    for (String name : names) {
      fields.put(name, freely());
    }
  }

  /** Writes the nodes below and this one, each different one once, and returns its number. */
  int write(Map<String, Integer> numbers, StringBuilder lines) {
    StringBuilder line = new StringBuilder();
    fields.forEach(
        (name, shape) -> {
          line.append(' ').append(name);
          if (!shape.free) {
            line.append(shape.list ? "[]=" : "=").append(shape.write(numbers, lines));
          }
        });
    String text = line.toString();
    Integer known = numbers.get(text);
    if (known != null) {
      return known;
    }
    int number = numbers.size();
    numbers.put(text, number);
    lines.append(number).append(text).append('\n');
    return number;
  }

  private static FieldShape of(
      JsonNode schema, Map<String, JsonNode> definitions, boolean described) {
    return described ? of(schema, definitions) : freely();
  }

  private static FieldShape freely() {
    FieldShape shape = new FieldShape();
    shape.free = true;
    return shape;
  }
}
