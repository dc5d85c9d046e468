package io.meshguard.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Thompson's automaton of a pattern, whose language is that of whole texts. */
final class Nfa {
  /** What a state does. */
  enum Op {
    /** Reads a character of its set and goes to next. */
    CHARS,
    /** Goes to next or other without reading. */
    SPLIT,
    /** Goes to next at the start of the text only. */
    BEGIN,
    /** Goes to next at the end of the text only. */
    END,
    ACCEPT
  }

  private final List<Op> ops = new ArrayList<>();
  private final List<CharSet> sets = new ArrayList<>();
  private int[] next = new int[32];
  private int[] other = new int[32];
  private final int start;

  /** Builds the automaton; the caller has looked at the tree's size. */
  Nfa(RegexNode tree) {
    start = compile(tree, add(Op.ACCEPT, CharSet.NONE, -1, -1));
  }

  int start() {
    return start;
  }

  int size() {
    return ops.size();
  }

  Op op(int state) {
    return ops.get(state);
  }

  CharSet set(int state) {
    return sets.get(state);
  }

  int next(int state) {
    return next[state];
  }

  int other(int state) {
    return other[state];
  }

  /** Returns the sets that occur, each once. */
  List<CharSet> distinctSets() {
    return sets.stream().distinct().toList();
  }

  /** Returns the state from which the tree is read before the given state is reached. */
  private int compile(RegexNode tree, int then) {
    if (tree instanceof RegexNode.Chars chars) {
      return add(Op.CHARS, chars.set(), then, -1);
    }
    if (tree instanceof RegexNode.Concat concat) {
      int entry = then;
      for (int i = concat.parts().size() - 1; i >= 0; i--) {
        entry = compile(concat.parts().get(i), entry);
      }
      return entry;
    }
    if (tree instanceof RegexNode.Alternate alternate) {
      List<RegexNode> branches = alternate.branches();
      int entry = compile(branches.get(branches.size() - 1), then);
      for (int i = branches.size() - 2; i >= 0; i--) {
        entry = add(Op.SPLIT, CharSet.NONE, compile(branches.get(i), then), entry);
      }
      return entry;
    }
    if (tree instanceof RegexNode.Repeat repeat) {
      return repeat(repeat, then);
    }
    if (tree instanceof RegexNode.Begin) {
      return add(Op.BEGIN, CharSet.NONE, then, -1);
    }
    if (tree instanceof RegexNode.End) {
      return add(Op.END, CharSet.NONE, then, -1);
    }
    throw new IllegalArgumentException("no automaton for " + tree);
  }

  private int repeat(RegexNode.Repeat repeat, int then) {
    int entry = then;
    if (repeat.max() == RegexNode.UNBOUNDED) {
      entry = add(Op.SPLIT, CharSet.NONE, -1, then);
      int body = compile(repeat.body(), entry);
      next[entry] = body;
    }
    for (int i = repeat.min(); i < repeat.max(); i++) {
      entry = add(Op.SPLIT, CharSet.NONE, compile(repeat.body(), entry), then);
    }
    for (int i = 0; i < repeat.min(); i++) {
      entry = compile(repeat.body(), entry);
    }
    return entry;
  }

  private int add(Op op, CharSet set, int to, int orTo) {
    int state = ops.size();
    ops.add(op);
    sets.add(set);
    if (state == next.length) {
      next = Arrays.copyOf(next, 2 * state);
      other = Arrays.copyOf(other, 2 * state);
    }
    next[state] = to;
    other[state] = orTo;
    return state;
  }
}
