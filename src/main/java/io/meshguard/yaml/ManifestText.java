package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The text of a file of one or more documents, in which objects can be changed. Nothing but the
 * lines that must change does; comments, quotes, order, line breaks and a byte order mark stay.
 */
public final class ManifestText {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final Comparator<JsonNode> SAME_NUMBER =
      (a, b) ->
          a.equals(b)
                  || (a.isNumber()
                      && b.isNumber()
                      && a.decimalValue().compareTo(b.decimalValue()) == 0)
              ? 0
              : 1;

  private final String mark;
  private final List<String> documents = new ArrayList<>();

  /** Takes a text that YamlReader reads to its end. */
  public ManifestText(String text) {
    String body = withoutMark(text);
    this.mark = text.substring(0, text.length() - body.length());
    List<Integer> starts = starts(body);
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : body.length();
      documents.add(body.substring(starts.get(i), end));
    }
  }

  /** Returns a text without the byte order mark at its start. */
  static String withoutMark(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
  }

  /** Returns the offsets at which the documents of a text begin; what precedes the first is its. */
  static List<Integer> starts(String body) {
    List<Integer> starts = new ArrayList<>(PartReader.documents(body));
    if (!starts.isEmpty()) {
      starts.set(0, 0);
    }
    return starts;
  }

  /** Returns the text as it is now. */
  public String text() {
    return mark + String.join("", documents);
  }

  /**
   * Changes one object.
   *
   * @param document number of its document, counted from 0
   * @param base pointer of the object in the document; not empty for an item of a List
   * @param ops the operations on the object, in order
   * @throws EditException if the text cannot be changed so that it says exactly what the operations
   *     mean; it is then left as it was
   */
  public void edit(int document, JsonPointer base, List<PatchOp> ops) {
    documents.set(document, edited(documents.get(document), base, ops));
  }

  /** Returns the text of a document after operations on an object in it. */
  static String edited(String before, JsonPointer base, List<PatchOp> ops) {
    String text = before;
    try {
      JsonNode tree = YamlReader.readOne(text).tree();
      List<PatchOp> all = ops.stream().map(op -> below(base, op)).toList();
      List<PatchOp.Replace> apart = apart(all);
      if (apart.size() > 1) {
        text = YamlEditor.apply(text, apart);
        return checked(text, before, Patches.apply(all, tree));
      }
      Map<JsonPointer, List<String>> comments = new LinkedHashMap<>();
      for (PatchOp op : all) {
        Optional<Removed> removed = removed(op, all);
        if (removed.isPresent()) {
          List<String> own = YamlEditor.comments(text, removed.get().from());
          comments.computeIfAbsent(removed.get().to(), to -> new ArrayList<>()).addAll(own);
        }
        text = YamlEditor.apply(text, op, tree);
        tree = Patches.apply(List.of(op), tree);
      }
      for (Map.Entry<JsonPointer, List<String>> entry : comments.entrySet()) {
        text = YamlEditor.withComments(text, entry.getKey(), entry.getValue());
      }
      return checked(text, before, tree);
    } catch (YamlException | IndexOutOfBoundsException e) {
      throw new EditException("the YAML there is written in a way that cannot be edited");
    }
  }

  /** Returns the operations if all replace values of which none lies within another; else none. */
  private static List<PatchOp.Replace> apart(List<PatchOp> ops) {
    List<PatchOp.Replace> apart = new ArrayList<>();
    TreeSet<String> paths = new TreeSet<>();
    for (PatchOp op : ops) {
      String path = op.path() + "/";
      String above = paths.floor(path);
      String below = paths.higher(path);
      boolean alone =
          op instanceof PatchOp.Replace
              && !op.path().matches()
              && (above == null || !path.startsWith(above))
              && (below == null || !below.startsWith(path));
      if (!alone) {
        return List.of();
      }
      paths.add(path);
      apart.add((PatchOp.Replace) op);
    }
    return apart;
  }

  private static String checked(String text, String before, JsonNode tree) {
    if (says(text, tree)) {
      return text;
    }
    // the last line of a literal ends with a line break only where one stands
    String ended = text.endsWith("\n") ? text : text + new LineIndex(before).lineBreak();
    if (!says(ended, tree)) {
      throw new EditException("the edit would change more than the fix");
    }
    return ended;
  }

  /**
   * An entry that goes, and the one that comes in its place.
   *
   * @param from the place of the one that goes
   * @param to the place of the one that comes: the same key elsewhere, or another key of its map
   */
  private record Removed(JsonPointer from, JsonPointer to) {}

  /** Returns what an operation removes for another one to put it elsewhere, comments and all. */
  private static Optional<Removed> removed(PatchOp op, List<PatchOp> all) {
    if (op instanceof PatchOp.Move move) {
      return move.from().head().equals(move.path().head())
          ? Optional.empty()
          : Optional.of(new Removed(move.from(), move.path()));
    }
    if (!(op instanceof PatchOp.Remove)) {
      return Optional.empty();
    }
    List<JsonPointer> written =
        all.stream()
            .filter(other -> other instanceof PatchOp.Add || other instanceof PatchOp.Replace)
            .map(PatchOp::path)
            .toList();
    JsonPointer from = op.path();
    String key = from.last().getMatchingProperty();
    Optional<JsonPointer> same =
        written.stream().filter(to -> to.last().getMatchingProperty().equals(key)).findFirst();
    List<JsonPointer> beside =
        written.stream().filter(to -> to.head().equals(from.head())).toList();
    return same.or(() -> beside.size() == 1 ? Optional.of(beside.get(0)) : Optional.empty())
        .map(to -> new Removed(from, to));
  }

  private static boolean says(String text, JsonNode tree) {
    return tree.equals(SAME_NUMBER, YamlReader.readOne(text).tree());
  }

  private static PatchOp below(JsonPointer base, PatchOp op) {
    JsonPointer path = base.append(op.path());
    if (op instanceof PatchOp.Add add) {
      return new PatchOp.Add(path, add.value());
    } else if (op instanceof PatchOp.Replace replace) {
      return new PatchOp.Replace(path, replace.value());
    } else if (op instanceof PatchOp.Move move) {
      return new PatchOp.Move(base.append(move.from()), path);
    } else if (op instanceof PatchOp.Test test) {
      return new PatchOp.Test(path, test.value());
    }
    return new PatchOp.Remove(path);
  }
}
