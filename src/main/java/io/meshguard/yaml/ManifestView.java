package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of a file of one or more documents, to be looked at: its lines, where the values in it
 * stand, and what {@link ManifestText} would change of it.
 */
public final class ManifestView {

  private final String body;
  private final TextLines lines;
  private final List<Integer> starts;
  private final Map<Integer, List<Value>> values = new HashMap<>();

  /**
   * Takes a text.
   *
   * @throws YamlException if YamlReader does not read it to its end
   */
  public ManifestView(String text) {
    this.body = ManifestText.withoutMark(text);
    this.lines = new TextLines(body);
    this.starts = ManifestText.starts(body);
  }

  /**
   * A scalar that is no key.
   *
   * @param start offset in chars at which it begins
   * @param end offset at which it ends, exclusive
   * @param place its place in its document
   */
  public record Value(int start, int end, JsonPointer place) {}

  /** Returns the text without a byte order mark, which all offsets mean. */
  public String body() {
    return body;
  }

  /** Returns the lines of the text. */
  public TextLines lines() {
    return lines;
  }

  /** Returns how many chars a document has. */
  public int length(int document) {
    return end(document) - starts.get(document);
  }

  /** Returns the scalars of a document, in order. */
  public List<Value> values(int document) {
    return values.computeIfAbsent(
        document,
        number -> {
          List<Value> found = new ArrayList<>();
          collect(PartReader.read(text(number)), JsonPointer.empty(), starts.get(number), found);
          return found;
        });
  }

  /**
   * Returns what {@link ManifestText#edit} would change, in order; nothing but that.
   *
   * @throws EditException if the text cannot be changed so that it says what the operations mean
   */
  public List<TextEdit> edits(int document, JsonPointer base, List<PatchOp> ops) {
    String before = text(document);
    int from = starts.get(document);
    return LineDiff.between(before, ManifestText.edited(before, base, ops)).stream()
        .map(
            change ->
                new TextEdit(
                    lines.position(from + change.start()),
                    lines.position(from + change.end()),
                    change.text()))
        .toList();
  }

  private String text(int document) {
    return body.substring(starts.get(document), end(document));
  }

  private int end(int document) {
    return document + 1 < starts.size() ? starts.get(document + 1) : body.length();
  }

  private static void collect(Part part, JsonPointer place, int offset, List<Value> found) {
    if (part instanceof Part.Scalar scalar) {
      found.add(new Value(offset + scalar.start(), offset + scalar.end(), place));
    } else if (part instanceof Part.Sequence list) {
      for (int i = 0; i < list.items().size(); i++) {
        collect(list.items().get(i), place.appendIndex(i), offset, found);
      }
    } else if (part instanceof Part.Mapping map) {
      for (Part.Entry entry : map.entries()) {
        collect(entry.value(), place.appendProperty(entry.name()), offset, found);
      }
    }
  }
}
