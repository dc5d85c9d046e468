package io.meshguard.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The few fields of a JSON object, in order and never to be changed. Takes a fourth of the memory
 * of a LinkedHashMap, and among so few a search from the first on is as quick as hashing.
 */
final class SmallMap extends AbstractMap<String, JsonNode> {

  /** So many fields are few. */
  static final int MOST = 12;

  private final String[] keys;
  private final JsonNode[] values;

  /** Takes keys, all different, and as many values; the caller keeps neither. */
  SmallMap(String[] keys, JsonNode[] values) {
    this.keys = keys;
    this.values = values;
  }

  /** Returns an object with fields that are few, never to be changed, or many. */
  static ObjectNode object(Map<String, JsonNode> fields) {
    boolean few = fields.size() <= MOST;
    return new ObjectNode(
        JsonNodeFactory.instance,
        few
            ? new SmallMap(
                fields.keySet().toArray(String[]::new), fields.values().toArray(JsonNode[]::new))
            : fields);
  }

  @Override
  public int size() {
    return keys.length;
  }

  @Override
  public @Nullable JsonNode get(@Nullable Object key) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i].equals(key)) {
        return values[i];
      }
    }
    return null;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public Set<Map.Entry<String, JsonNode>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return keys.length;
      }

      @Override
      public Iterator<Map.Entry<String, JsonNode>> iterator() {
        return new Entries();
      }
    };
  }

  private final class Entries implements Iterator<Map.Entry<String, JsonNode>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < keys.length;
    }

    @Override
    public Map.Entry<String, JsonNode> next() {
      if (next == keys.length) {
        throw new NoSuchElementException();
      }
      Map.Entry<String, JsonNode> entry = Map.entry(keys[next], values[next]);
      next++;
      return entry;
    }
  }
}
