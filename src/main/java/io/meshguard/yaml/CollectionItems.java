package io.meshguard.yaml;

import io.meshguard.yaml.Part.Entry;
import io.meshguard.yaml.Part.Mapping;
import io.meshguard.yaml.Part.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * The children of a collection as pieces of text that can be moved, taken out and put in: an
 * element with its dash, or a key with its value, with the comments above and beside it. What
 * stands between two cores, blank lines or a comma, stays where it is.
 *
 * @param column column of the children of a block collection
 * @param list the pieces, in order
 */
record CollectionItems(int column, List<Core> list) {

  /** A piece of text, the end exclusive. */
  record Core(int start, int end) {}

  static CollectionItems of(LineIndex lines, Sequence sequence) {
    List<Integer> starts = new ArrayList<>();
    int from = sequence.start();
    for (Part item : sequence.items()) {
      starts.add(sequence.isFlow() ? item.start() : dash(lines.text(), from));
      from = item.end();
    }
    return of(lines, starts, sequence.items(), sequence.isFlow());
  }

  static CollectionItems of(LineIndex lines, Mapping mapping) {
    List<Integer> starts = new ArrayList<>();
    List<Part> values = new ArrayList<>();
    for (Entry entry : mapping.entries()) {
      starts.add(entry.key().start());
      values.add(entry.value());
    }
    return of(lines, starts, values, mapping.isFlow());
  }

  private static CollectionItems of(
      LineIndex lines, List<Integer> starts, List<Part> values, boolean flow) {
    if (starts.isEmpty()) {
      return new CollectionItems(0, List.of());
    }
    int column = lines.column(starts.get(0));
    List<Core> cores = new ArrayList<>();
    int before = 0;
    for (int i = 0; i < starts.size(); i++) {
      int start = starts.get(i);
      int end = Math.max(start, values.get(i).end());
      Core core =
          flow
              ? new Core(start, end)
              : new Core(above(lines, start, column, before), below(lines, end, column));
      cores.add(core);
      before = core.end();
    }
    return new CollectionItems(column, cores);
  }

  /** Takes the comment lines above that begin in the same column. */
  private static int above(LineIndex lines, int start, int column, int before) {
    int top = start;
    while (lines.isFirst(top) && lines.start(top) > 0) {
      int line = lines.start(lines.start(top) - 1);
      if (line < before || lines.commentColumn(line) != column) {
        break;
      }
      top = line + column;
    }
    return top;
  }

  /** Takes the rest of the line, and the comment lines below that are indented more. */
  private static int below(LineIndex lines, int end, int column) {
    int bottom = lines.end(end);
    int next = lines.next(bottom);
    while (next < lines.text().length() && lines.commentColumn(next) > column) {
      bottom = lines.end(next);
      next = lines.next(bottom);
    }
    return bottom;
  }

  /** Returns where the next dash stands that is no content: after blanks, comments, an anchor. */
  private static int dash(String text, int from) {
    int at = from;
    while (text.charAt(at) != '-') {
      char c = text.charAt(at);
      if (c == '#') {
        at = text.indexOf('\n', at);
      } else if (c == '&' || c == '!') {
        while (!Character.isWhitespace(text.charAt(at))) {
          at++;
        }
      } else {
        at++;
      }
    }
    return at;
  }
}
