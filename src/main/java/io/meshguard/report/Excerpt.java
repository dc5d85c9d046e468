package io.meshguard.report;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.resource.Origin;
import io.meshguard.rule.Finding;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.ManifestView;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The line of a file that a finding is about, with a mark under the place. What must not be quoted
 * of an object is not quoted of its line either, and comments are left out as well.
 */
final class Excerpt {

  /** Columns after which a line is cut. */
  static final int MOST_COLUMNS = 96;

  /** Characters on either side of the place that are looked at. */
  private static final int NEAR = 2 * MOST_COLUMNS;

  private static final String HIDDEN = "…";
  private static final String TAB = "    ";

  private final Map<String, String> texts;
  private final Map<String, Optional<ManifestView>> views = new HashMap<>();

  /** Takes the text of each file. */
  Excerpt(Map<String, String> texts) {
    this.texts = texts;
  }

  /**
   * A line as it is shown.
   *
   * @param number its number
   * @param text what is shown of it
   * @param before how many columns stand before the place
   */
  record Line(int number, String text, int before) {}

  /** Returns the line of a finding; empty where its text is not at hand. */
  Optional<Line> of(Finding finding) {
    Origin origin = finding.object().origin();
    Optional<Position> position = FileLocation.position(finding);
    if (position.isEmpty() || !texts.containsKey(origin.file())) {
      return Optional.empty();
    }
    return views
        .computeIfAbsent(origin.file(), this::view)
        .filter(view -> position.get().line() <= view.lines().count())
        .map(view -> line(view, finding, position.get()));
  }

  private Optional<ManifestView> view(String file) {
    try {
      return Optional.of(new ManifestView(texts.getOrDefault(file, "")));
    } catch (YamlException e) {
      return Optional.empty();
    }
  }

  private static Line line(ManifestView view, Finding finding, Position position) {
    String text = view.body();
    int start = view.lines().start(position.line());
    int end = view.lines().end(position.line());
    int place = start;
    for (int i = 1; i < position.column() && place < end; i++) {
      place += Character.charCount(text.codePointAt(place));
    }
    // nothing further away can be shown, and a line may be as long as a file
    int from = whole(text, Math.max(start, place - NEAR));
    int to = whole(text, Math.min(end, place + NEAR));
    List<Cell> cells = new ArrayList<>();
    int at = from;
    List<ManifestView.Value> values = view.values(finding.object().origin().document());
    for (int i = firstAfter(values, from); i < values.size() && values.get(i).start() < to; i++) {
      ManifestView.Value value = values.get(i);
      int begin = Math.max(from, value.start());
      boolean hidden = isHidden(finding, value.place());
      if (!hidden && value.end() > end && begin == value.start()) {
        // the head of a text of several lines, which may have a comment
        continue;
      }
      cells(text, at, begin, cells);
      at = Math.min(to, value.end());
      if (hidden) {
        cells.add(new Cell(begin, HIDDEN));
      } else {
        cells(text, begin, at, cells);
      }
    }
    int comment = comment(text, at, to);
    cells(text, at, comment, cells);
    if (comment < to) {
      cells.add(new Cell(comment, "# " + HIDDEN));
    }
    return cut(position.line(), cells, place, from > start, comment == to && to < end);
  }

  /** Returns the number of the first value that does not end before an offset. */
  private static int firstAfter(List<ManifestView.Value> values, int offset) {
    int low = 0;
    int high = values.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values.get(middle).end() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Returns an offset, or the one before it where it would part a character. */
  private static int whole(String text, int at) {
    boolean parted =
        at > 0
            && at < text.length()
            && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    return parted ? at - 1 : at;
  }

  /** What is shown for what begins at an offset. */
  private record Cell(int at, String shown) {
    int width() {
      return TextWidth.of(shown);
    }
  }

  private static void cells(String text, int from, int to, List<Cell> cells) {
    int at = from;
    while (at < to) {
      int c = text.codePointAt(at);
      String shown = c == '\t' ? TAB : SafeText.escape(Character.toString(c));
      cells.add(new Cell(at, shown));
      at += Character.charCount(c);
    }
  }

  /** Returns where the comment begins in what follows the last value of a line; its end if none. */
  private static int comment(String text, int from, int end) {
    for (int at = from; at < end; at++) {
      boolean apart = at == 0 || Character.isWhitespace(text.charAt(at - 1));
      if (text.charAt(at) == '#' && apart) {
        return at;
      }
    }
    return end;
  }

  private static boolean isHidden(Finding finding, JsonPointer place) {
    JsonPointer base = finding.object().origin().base();
    String inside = place.toString();
    boolean own = inside.startsWith(base + "/");
    // of another object in the same line nothing is known
    return !own
        || Secrets.hides(
            finding.object().tree(),
            JsonPointer.compile(inside.substring(base.toString().length())));
  }

  /** Cuts what is near a place so that it fits; further text may be before and behind it. */
  private static Line cut(
      int number, List<Cell> cells, int place, boolean further, boolean furtherBehind) {
    int before = 0;
    int all = 0;
    for (int i = 0; i < cells.size(); i++) {
      boolean past = i + 1 == cells.size() || cells.get(i + 1).at() > place;
      before += past ? 0 : cells.get(i).width();
      all += cells.get(i).width();
    }
    int first = 0;
    while (before > MOST_COLUMNS / 2 && all > MOST_COLUMNS) {
      before -= cells.get(first).width();
      all -= cells.get(first).width();
      first++;
    }
    boolean cutBefore = first > 0 || further;
    StringBuilder text = new StringBuilder(cutBefore ? HIDDEN : "");
    int room = MOST_COLUMNS;
    int next = first;
    while (next < cells.size() && room >= cells.get(next).width()) {
      room -= cells.get(next).width();
      text.append(cells.get(next).shown());
      next++;
    }
    text.append(next < cells.size() || furtherBehind ? HIDDEN : "");
    return new Line(number, text.toString().stripTrailing(), before + (cutBefore ? 1 : 0));
  }
}
