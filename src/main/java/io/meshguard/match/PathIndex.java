package io.meshguard.match;

import io.meshguard.deadline.Deadline;
import io.meshguard.match.Dimension.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the matches whose paths can meet those of another one. Each match is filed under a text
 * with which all its paths begin; two matches can only meet where one text begins with the other.
 */
final class PathIndex {
  private static final Key ANY_PATH = new Key("", false);

  private record Key(String text, boolean exact) {}

  private static final class Node {
    private final String text;
    private final List<Integer> entries = new ArrayList<>();
    private int parent = -1;
    private int subtreeEnd;

    Node(String text) {
      this.text = text;
    }
  }

  private final List<Key> keys = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  PathIndex(List<Entry> entries, Space space) {
    int path = space.find(Dimension.of(Kind.PATH));
    Map<String, Node> byText = new TreeMap<>();
    for (Entry entry : entries) {
      Deadline.check();
      Key key = key(entry, path);
      keys.add(key);
      byText.computeIfAbsent(key.text, Node::new).entries.add(entry.index());
    }
    nodes.addAll(byText.values());
    for (int i = 0; i < nodes.size(); i++) {
      String text = nodes.get(i).text;
      places.put(text, i);
      int parent = i - 1;
      while (parent >= 0 && !text.startsWith(nodes.get(parent).text)) {
        nodes.get(parent).subtreeEnd = i;
        parent = nodes.get(parent).parent;
      }
      nodes.get(i).parent = parent;
      nodes.get(i).subtreeEnd = nodes.size();
    }
  }

  private static Key key(Entry entry, int path) {
    for (Literal literal : entry.literals()) {
      if (literal.dimension() == path && literal.positive()) {
        return key(literal.atom());
      }
    }
    return ANY_PATH;
  }

  private static Key key(Atom atom) {
    if (atom instanceof PatternAtom pattern) {
      return new Key(pattern.requiredPrefix(), false);
    }
    String prefix = atom.plainPrefix();
    if (prefix != null) {
      return new Key(prefix, false);
    }
    return atom.texts() != null && atom.hint() != null ? new Key(atom.hint(), true) : ANY_PATH;
  }

  /** Returns whether two matches may meet on some path. */
  boolean mayMeet(int one, int other) {
    Key first = keys.get(one);
    Key second = keys.get(other);
    if (first.text.length() > second.text.length()) {
      return first.text.startsWith(second.text) && !second.exact;
    }
    return second.text.startsWith(first.text)
        && (!first.exact || first.text.length() == second.text.length());
  }

  /** Returns the matches that may meet the given one on some path, itself included. */
  BitSet near(int entry, Budget budget) {
    // Not one more list is walked once the budget is used up.
    budget.charge(1);
    Key key = keys.get(entry);
    BitSet found = new BitSet();
    Integer at = places.get(key.text);
    if (at == null) {
      return found;
    }
    nodes.get(at).entries.forEach(found::set);
    for (int up = nodes.get(at).parent; up >= 0; up = nodes.get(up).parent) {
      nodes.get(up).entries.stream().filter(other -> !keys.get(other).exact).forEach(found::set);
    }
    if (!key.exact) {
      for (int below = at + 1; below < nodes.get(at).subtreeEnd; below++) {
        nodes.get(below).entries.forEach(found::set);
      }
    }
    budget.charge(key.text.length() / 64 + found.cardinality() / 8);
    return found;
  }
}
