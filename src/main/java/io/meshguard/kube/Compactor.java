package io.meshguard.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes trees that are kept for long and take little memory: no container has room to spare, and a
 * part that equals one seen a while ago is that one. What was seen is forgotten as more comes, so
 * nothing outlives its object for long. The trees cannot be changed.
 */
public final class Compactor {

  private static final int BITS = 15;

  /**
   * The size of the largest tree that is remembered: what is remembered outlives its object, and
   * some tens of large ones would fill the memory.
   */
  private static final int MOST_SHARED = 64;

  private static final int LETTERS = 64;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final @Nullable JsonNode[] seen = new JsonNode[1 << BITS];
  private final @Nullable Keys[] seenKeys = new Keys[1 << BITS];

  /** Hash of the tree that was made last; what a tree holds was made just before it. */
  private int hash;

  /** About how much the tree that was made last takes, in units of a value of a few letters. */
  private int size;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Keys(String[] names) {}

  /** Returns the tree of a value as JSON libraries hold it: maps, lists, scalars, or trees. */
  synchronized JsonNode compact(@Nullable Object value) {
    if (value instanceof ObjectNode object) {
      return object(object.properties());
    }
    if (value instanceof Map<?, ?> map) {
      return object(map.entrySet());
    }
    if (value instanceof ArrayNode list) {
      return list(list, list.size());
    }
    if (value instanceof Collection<?> list) {
      return list(list, list.size());
    }
    return scalar(value);
  }

  private JsonNode object(Set<? extends Map.Entry<?, ?>> fields) {
    if (fields.size() > SmallMap.MOST) {
      Map<String, JsonNode> many = new LinkedHashMap<>(fields.size() * 4 / 3 + 1);
      fields.forEach(field -> many.put((String) field.getKey(), compact(field.getValue())));
      hash = System.identityHashCode(many);
      size = MOST_SHARED + 1;
      return new ObjectNode(NODES, many);
    }
    String[] keys = new String[fields.size()];
    JsonNode[] values = new JsonNode[keys.length];
    int at = 0;
    int sum = 1;
    int together = 1;
    for (Map.Entry<?, ?> field : fields) {
      keys[at] = (String) field.getKey();
      values[at] = compact(field.getValue());
      sum = 31 * (31 * sum + keys[at].hashCode()) + hash;
      together = Math.min(MOST_SHARED + 1, together + size);
      at++;
    }
    hash = sum;
    size = together;
    return seen[slot()] instanceof ObjectNode earlier && holds(earlier, keys, values)
        ? earlier
        : remember(new ObjectNode(NODES, new SmallMap(shared(keys), values)));
  }

  @SuppressWarnings("ReferenceEquality") // parts are shared before the whole: equal is the same
  private static boolean holds(ObjectNode object, String[] keys, JsonNode[] values) {
    boolean same = object.size() == keys.length;
    for (int i = 0; same && i < keys.length; i++) {
      same = object.get(keys[i]) == values[i];
    }
    return same;
  }

  private JsonNode list(Iterable<?> list, int length) {
    JsonNode[] elements = new JsonNode[length];
    int at = 0;
    int sum = 2;
    int together = 1;
    for (Object element : list) {
      elements[at++] = compact(element);
      sum = 31 * sum + hash;
      together = Math.min(MOST_SHARED + 1, together + size);
    }
    hash = sum;
    size = together;
    return seen[slot()] instanceof ArrayNode earlier && holds(earlier, elements)
        ? earlier
        : remember(new ArrayNode(NODES, List.of(elements)));
  }

  @SuppressWarnings("ReferenceEquality") // likewise
  private static boolean holds(ArrayNode list, JsonNode[] elements) {
    boolean same = list.size() == elements.length;
    for (int i = 0; same && i < elements.length; i++) {
      same = list.get(i) == elements[i];
    }
    return same;
  }

  private JsonNode scalar(@Nullable Object value) {
    JsonNode node = node(value);
    hash = node.hashCode();
    size = 1 + (node.isTextual() ? node.textValue().length() / LETTERS : 0);
    JsonNode earlier = seen[slot()];
    return earlier != null && earlier.equals(node) ? earlier : remember(node);
  }

  private static JsonNode node(@Nullable Object value) {
    if (value instanceof JsonNode node) {
      return node;
    }
    if (value instanceof String text) {
      return NODES.textNode(text);
    }
    if (value instanceof Boolean bool) {
      return NODES.booleanNode(bool);
    }
    if (value instanceof Integer number) {
      return NODES.numberNode(number.intValue());
    }
    if (value instanceof Long number) {
      return NODES.numberNode(number.longValue());
    }
    if (value instanceof Double number) {
      return NODES.numberNode(number.doubleValue());
    }
    if (value instanceof BigInteger number) {
      return NODES.numberNode(number);
    }
    if (value instanceof BigDecimal number) {
      return NODES.numberNode(number);
    }
    if (value == null) {
      return NODES.nullNode();
    }
    throw new IllegalArgumentException("no part of a JSON document: " + value.getClass());
  }

  private JsonNode remember(JsonNode node) {
    if (size <= MOST_SHARED) {
      seen[slot()] = node;
    }
    return node;
  }

  /** Objects of one kind have the same few sets of keys. */
  private String[] shared(String[] keys) {
    int slot = slot(Arrays.hashCode(keys));
    Keys earlier = seenKeys[slot];
    if (earlier != null && Arrays.equals(earlier.names, keys)) {
      return earlier.names;
    }
    seenKeys[slot] = new Keys(keys);
    return keys;
  }

  private int slot() {
    return slot(hash);
  }

  /** Multiplies by the golden ratio, after which the upper bits depend on all. */
  private static int slot(int hash) {
    return (hash * 0x9E3779B9) >>> (32 - BITS);
  }
}
