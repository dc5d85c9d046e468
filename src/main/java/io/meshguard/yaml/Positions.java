package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes of a text stand. Many nodes are read and few are asked for, so what is kept of
 * each is three numbers and its key, however deep it lies; the way down to a node is looked up when
 * somebody asks, and each map or list on the way is indexed once. Several threads may ask.
 */
public final class Positions {

  /** Positions of an object that came from no text. */
  public static final Positions NONE = new Recorder().finish();

  private static final int ROOT = 0;

  private final int[] lines;
  private final int[] columns;

  /** Number of the first node that is not below the node of that number. */
  private final int[] ends;

  private final @Nullable String[] keys;
  private final Map<Integer, String> written;
  private final Map<Integer, int[]> elements = new ConcurrentHashMap<>();
  private final Map<Integer, Map<String, Integer>> fields = new ConcurrentHashMap<>();

  private Positions(
      int[] lines,
      int[] columns,
      int[] ends,
      @Nullable String[] keys,
      Map<Integer, String> written) {
    this.written = written;
    this.lines = lines;
    this.columns = columns;
    this.ends = ends;
    this.keys = keys;
  }

  /** Returns whether no node stands anywhere. */
  public boolean isEmpty() {
    return lines.length == 0;
  }

  /** Returns where a node stands: its key where it has one; empty where it is not in the text. */
  public Optional<Position> of(JsonPointer pointer) {
    int node = find(pointer, false);
    return node < 0 ? Optional.empty() : Optional.of(position(node));
  }

  /** Returns where a node stands, or the nearest one above it that is in the text. */
  public Optional<Position> nearest(JsonPointer pointer) {
    int node = find(pointer, true);
    return node < 0 ? Optional.empty() : Optional.of(position(node));
  }

  /**
   * Returns how a number or boolean is written that reads otherwise as JSON: {@code yes}, {@code
   * 010}, {@code 1e3}; with its anchor before it where it has one, and the alias where it is one.
   * Empty for any other node.
   */
  public Optional<String> written(JsonPointer pointer) {
    return Optional.ofNullable(written.get(find(pointer, false)));
  }

  /**
   * Returns the positions in another text of the same nodes.
   *
   * @param to gives the position there; a node without one stands where the node above it does
   */
  public Positions moved(Function<Position, Optional<Position>> to) {
    int[] toLines = new int[lines.length];
    int[] toColumns = new int[lines.length];
    int[] above = new int[lines.length];
    for (int node = 0; node < lines.length; node++) {
      for (int child = node + 1; child < ends[node]; child = ends[child]) {
        above[child] = node;
      }
      int up = above[node];
      Position otherwise =
          node == ROOT ? new Position(1, 1) : new Position(toLines[up], toColumns[up]);
      Position moved = to.apply(position(node)).orElse(otherwise);
      toLines[node] = moved.line();
      toColumns[node] = moved.column();
    }
    return new Positions(toLines, toColumns, ends, keys, written);
  }

  /** Returns the number of the node that a pointer leads to, or -1. */
  private int find(JsonPointer pointer, boolean above) {
    if (isEmpty()) {
      return -1;
    }
    int at = ROOT;
    for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
      int below = child(at, rest);
      if (below < 0) {
        return above ? at : -1;
      }
      at = below;
    }
    return at;
  }

  private Position position(int node) {
    return new Position(lines[node], columns[node]);
  }

  /** Returns the number of the node that the first step of a pointer leads to, or -1. */
  private int child(int node, JsonPointer step) {
    if (ends[node] == node + 1) {
      return -1;
    }
    if (keys[node + 1] != null) {
      return fields
          .computeIfAbsent(node, this::fields)
          .getOrDefault(step.getMatchingProperty(), -1);
    }
    int[] list = elements.computeIfAbsent(node, this::elements);
    int index = step.getMatchingIndex();
    return index >= 0 && index < list.length ? list[index] : -1;
  }

  /** Of a key that stands twice the later one counts, as for the value. */
  private Map<String, Integer> fields(int node) {
    Map<String, Integer> byKey = new HashMap<>();
    for (int child = node + 1; child < ends[node]; child = ends[child]) {
      byKey.put(String.valueOf(keys[child]), child);
    }
    return byKey;
  }

  private int[] elements(int node) {
    int[] list = new int[ends[node] - node - 1];
    int count = 0;
    for (int child = node + 1; child < ends[node]; child = ends[child]) {
      list[count++] = child;
    }
    return Arrays.copyOf(list, count);
  }

  /** Takes down nodes as they are read: each before those below it. */
  static final class Recorder {

    private static final int FIRST_ROOM = 16;

    private int[] lines = new int[FIRST_ROOM];
    private int[] columns = new int[FIRST_ROOM];
    private int[] ends = new int[FIRST_ROOM];
    private final List<@Nullable String> keys = new ArrayList<>();
    private final Map<Integer, String> written = new HashMap<>();
    private int size;

    /** Takes down a node, and returns its number. */
    int begin(@Nullable String key, Position position) {
      if (size == lines.length) {
        lines = Arrays.copyOf(lines, 2 * size);
        columns = Arrays.copyOf(columns, 2 * size);
        ends = Arrays.copyOf(ends, 2 * size);
      }
      lines[size] = position.line();
      columns[size] = position.column();
      keys.add(key);
      return size++;
    }

    /** Takes down how the node that was begun last is written. */
    void written(String text) {
      written.put(size - 1, text);
    }

    /** Returns the number that the next node gets. */
    int size() {
      return size;
    }

    /** Takes notice that what is taken down from now on is not below a node. */
    void end(int node) {
      ends[node] = size;
    }

    /** Forgets a node and what was taken down after it. */
    void forget(int node) {
      size = node;
      written.keySet().removeIf(number -> number >= node);
      keys.subList(node, keys.size()).clear();
    }

    Positions finish() {
      return new Positions(
          Arrays.copyOf(lines, size),
          Arrays.copyOf(columns, size),
          Arrays.copyOf(ends, size),
          keys.toArray(new String[0]),
          Map.copyOf(written));
    }
  }
}
