package io.meshguard.yaml;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.ArrayList;
import java.util.List;

/** What changed between two texts, as {@code diff -u} shows it and {@code patch} applies it. */
public final class UnifiedDiff {

  private static final int CONTEXT = 3;
  private static final String NO_BREAK = "\n\\ No newline at end of file";

  private UnifiedDiff() {}

  /** Returns the lines of the difference; none where the texts are equal. */
  public static List<String> of(String name, String before, String after) {
    List<String> old = lines(before);
    List<String> now = lines(after);
    List<String> lines = new ArrayList<>();
    UnifiedDiffUtils.generateUnifiedDiff(name, name, old, DiffUtils.diff(old, now), CONTEXT)
        .forEach(line -> lines.addAll(List.of(line.split("\n"))));
    return lines;
  }

  /** A last line without a line break is another line than the same with one. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    int last = lines.size() - 1;
    if (lines.get(last).isEmpty()) {
      lines.remove(last);
    } else {
      lines.set(last, lines.get(last) + NO_BREAK);
    }
    return lines;
  }
}
