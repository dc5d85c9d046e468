package io.meshguard.yaml;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import java.util.ArrayList;
import java.util.List;

/**
 * The pieces that differ between two texts: whole lines first, then no more of them than needed.
 */
final class LineDiff {

  private LineDiff() {}

  /** A piece of the text before, as offsets in chars, and what stands there afterwards. */
  record Change(int start, int end, String text) {}

  /** Returns the changes in order; none where the texts are equal. */
  static List<Change> between(String before, String after) {
    List<String> old = lines(before);
    List<String> now = lines(after);
    int[] offsets = new int[old.size() + 1];
    for (int i = 0; i < old.size(); i++) {
      offsets[i + 1] = offsets[i] + old.get(i).length();
    }
    List<Change> changes = new ArrayList<>();
    for (AbstractDelta<String> delta : DiffUtils.diff(old, now).getDeltas()) {
      int start = offsets[delta.getSource().getPosition()];
      String gone = String.join("", delta.getSource().getLines());
      String come = String.join("", delta.getTarget().getLines());
      int same = sameStart(gone, come);
      int sameEnd = sameEnd(gone, come, same);
      changes.add(
          new Change(
              start + same,
              start + gone.length() - sameEnd,
              come.substring(same, come.length() - sameEnd)));
    }
    return changes;
  }

  private static int sameStart(String a, String b) {
    int most = Math.min(a.length(), b.length());
    int same = 0;
    while (same < most && a.charAt(same) == b.charAt(same)) {
      same++;
    }
    while (isWithin(a, same) || isWithin(b, same)) {
      same--;
    }
    return same;
  }

  private static int sameEnd(String a, String b, int taken) {
    int most = Math.min(a.length(), b.length()) - taken;
    int same = 0;
    while (same < most && a.charAt(a.length() - same - 1) == b.charAt(b.length() - same - 1)) {
      same++;
    }
    while (isWithin(a, a.length() - same) || isWithin(b, b.length() - same)) {
      same--;
    }
    return same;
  }

  /** Returns whether an offset parts a character beyond 16 bits, or the two of a line break. */
  private static boolean isWithin(String text, int at) {
    return at > 0
        && at < text.length()
        && (Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at))
            || (text.charAt(at - 1) == '\r' && text.charAt(at) == '\n'));
  }

  /** Returns the lines of a text, each with its line break. */
  private static List<String> lines(String text) {
    TextLines index = new TextLines(text);
    List<String> lines = new ArrayList<>(index.count());
    for (int line = 1; line <= index.count(); line++) {
      int end = line < index.count() ? index.start(line + 1) : text.length();
      if (end > index.start(line)) {
        lines.add(text.substring(index.start(line), end));
      }
    }
    return lines;
  }
}
