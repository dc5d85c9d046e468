package io.meshguard.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.JsonLimitException.Limit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * How large an object may be to be judged. An API server stores up to 1.5 MiB by default (etcd
 * {@code --max-request-bytes}), in which an ordinary object has a tenth of these nodes; what has
 * more was made to cost.
 */
public final class ObjectLimits {

  /** Lists, maps and values of one object. */
  public static final int MOST_NODES = 250_000;

  /** Levels of lists and maps in each other. */
  public static final int MOST_DEPTH = 500;

  private ObjectLimits() {}

  /** Returns what an object has too much of to be judged; empty where it is judged. */
  public static Optional<Limit> exceeded(JsonNode tree) {
    Deque<Iterator<JsonNode>> open = new ArrayDeque<>();
    int nodes = 1;
    open.push(tree.elements());
    while (!open.isEmpty()) {
      Iterator<JsonNode> elements = open.element();
      if (!elements.hasNext()) {
        open.pop();
        continue;
      }
      JsonNode next = elements.next();
      if (++nodes > MOST_NODES) {
        return Optional.of(Limit.NODES);
      }
      if (next.isContainerNode()) {
        open.push(next.elements());
        if (open.size() > MOST_DEPTH) {
          return Optional.of(Limit.DEPTH);
        }
      }
    }
    return Optional.empty();
  }
}
