package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.yaml.CollectionItems.Core;
import io.meshguard.yaml.EditTarget.Holder;
import io.meshguard.yaml.Part.Alias;
import io.meshguard.yaml.Part.Mapping;
import io.meshguard.yaml.Part.Scalar;
import io.meshguard.yaml.Part.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One operation on the text of one document. Whoever calls it checks what came of it. */
final class YamlEditor {

  private static final String ALIAS = "an alias is there, whose text is used elsewhere too";

  private final String text;
  private final LineIndex lines;
  private final Part root;
  private final Rendering rendering;

  private YamlEditor(String text) {
    this.text = text;
    this.lines = new LineIndex(text);
    this.root = PartReader.read(text);
    this.rendering = StyleDetector.of(lines, root);
  }

  /**
   * Returns the text after an operation.
   *
   * @param tree what the text says before it
   */
  static String apply(String text, PatchOp op, JsonNode tree) {
    if (op.path().matches()) {
      throw new EditException("the whole document would be replaced");
    }
    YamlEditor edit = new YamlEditor(text);
    if (op instanceof PatchOp.Add add) {
      return edit.add(add.path(), add.value()).of(text);
    } else if (op instanceof PatchOp.Replace replace) {
      return edit.replace(edit.spot(replace.path()), replace.value()).of(text);
    } else if (op instanceof PatchOp.Remove remove) {
      return edit.remove(remove.path()).of(text);
    } else if (op instanceof PatchOp.Move move) {
      return edit.move(move.from(), move.path(), tree.at(move.from())).of(text);
    }
    return text;
  }

  /**
   * Returns the text after values were replaced of which none lies within another; the text is read
   * but once.
   */
  static String apply(String text, List<PatchOp.Replace> apart) {
    YamlEditor edit = new YamlEditor(text);
    List<Splice> splices = new ArrayList<>();
    for (PatchOp.Replace op : apart) {
      splices.add(edit.replace(edit.spot(op.path()), op.value()));
    }
    splices.sort(Comparator.comparingInt(Splice::start));
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Splice splice : splices) {
      out.append(text, at, splice.start()).append(splice.written());
      at = splice.end();
    }
    return out.append(text, at, text.length()).toString();
  }

  /**
   * Returns the comments above an entry of a map in block style, and the one beside its value where
   * that is in one line, in order.
   */
  static List<String> comments(String text, JsonPointer path) {
    YamlEditor edit = new YamlEditor(text);
    if (!(edit.spot(path.head()).part() instanceof Mapping map) || map.isFlow()) {
      return List.of();
    }
    int index = names(map).indexOf(path.last().getMatchingProperty());
    if (index < 0) {
      return List.of();
    }
    Part.Entry entry = map.entries().get(index);
    Core core = CollectionItems.of(edit.lines, map).list().get(index);
    List<String> comments = new ArrayList<>();
    text.substring(core.start(), entry.key().start())
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("#"))
        .forEach(comments::add);
    int end = entry.value().end();
    String beside = text.substring(end, edit.lines.end(end)).strip();
    if (beside.startsWith("#") && edit.lines.start(end) == edit.lines.start(entry.key().start())) {
      comments.add(beside);
    }
    return comments;
  }

  /** Returns the text with comments above the line in which an entry of a map begins. */
  static String withComments(String text, JsonPointer path, List<String> comments) {
    YamlEditor edit = new YamlEditor(text);
    if (!(edit.spot(path.head()).part() instanceof Mapping map)) {
      return text;
    }
    int index = names(map).indexOf(path.last().getMatchingProperty());
    if (index < 0) {
      return text;
    }
    int line = edit.lines.start(map.entries().get(index).key().start());
    int first = line;
    while (text.charAt(first) == ' ') {
      first++;
    }
    String indent = text.substring(line, first);
    StringBuilder above = new StringBuilder();
    comments.forEach(c -> above.append(indent).append(c).append(edit.rendering.lineBreak()));
    return edit.put(line, above.toString()).of(text);
  }

  private Splice add(JsonPointer path, JsonNode value) {
    EditTarget parent = spot(path.head());
    String step = path.last().getMatchingProperty();
    if (parent.part() instanceof Mapping mapping) {
      Optional<EditTarget> there = parent.step(lines, step);
      return there.isPresent()
          ? replace(there.get(), value)
          : addEntry(parent, mapping, step, value);
    }
    if (parent.part() instanceof Sequence sequence) {
      int size = sequence.items().size();
      int index = step.equals("-") || step.equals("" + size) ? size : EditTarget.index(step, size);
      return addItem(parent, sequence, index, value);
    }
    throw new EditException(
        parent.part() instanceof Alias ? ALIAS : "the parent is neither a map nor a list");
  }

  private Splice addEntry(EditTarget parent, Mapping map, String key, JsonNode value) {
    CollectionItems cores = CollectionItems.of(lines, map);
    if (!map.isFlow()) {
      String entry = rendering.entry(key, value, cores.column());
      return put(last(cores).end(), lineStart(cores.column()) + entry);
    }
    if (cores.list().isEmpty()) {
      return unfolded(parent)
          ? replace(parent, JsonNodeFactory.instance.objectNode().set(key, value))
          : splice(map.start(), map.end(), "{" + rendering.flowEntry(key, value) + "}");
    }
    return put(last(cores).end(), comma(map, cores) + rendering.flowEntry(key, value));
  }

  private Splice addItem(EditTarget parent, Sequence list, int index, JsonNode value) {
    CollectionItems cores = CollectionItems.of(lines, list);
    if (cores.list().isEmpty()) {
      return unfolded(parent)
          ? replace(parent, JsonNodeFactory.instance.arrayNode().add(value))
          : splice(list.start(), list.end(), "[" + rendering.flow(value) + "]");
    }
    String item =
        list.isFlow()
            ? rendering.flow(value)
            : "- " + rendering.element(value, cores.column() + Rendering.STEP);
    String between = list.isFlow() ? comma(list, cores) : lineStart(cores.column());
    return index == cores.list().size()
        ? put(last(cores).end(), between + item)
        : put(cores.list().get(index).start(), item + between);
  }

  private Splice replace(EditTarget spot, JsonNode value) {
    Part part = spot.part();
    if (part instanceof Alias) {
      throw new EditException(ALIAS);
    }
    if (spot.inFlow() && part instanceof Scalar scalar && value.isTextual()) {
      String before = text.substring(scalar.start(), scalar.end());
      return splice(scalar.start(), scalar.end(), rendering.flowText(before, value));
    }
    if (spot.inFlow() || (part.isFlow() && !unfolded(spot))) {
      return splice(part.start(), part.end(), rendering.flow(value));
    }
    if (value.isContainerNode() && !value.isEmpty()) {
      return replaceByBlock(spot, value);
    }
    if (part instanceof Scalar scalar) {
      return replaceScalar(spot, scalar, value);
    }
    String written = rendering.scalar(value, spot.column());
    return part.isFlow() || spot.holder() != Holder.KEY
        ? splice(part.start(), part.end(), written)
        : splice(spot.after(), part.end(), " " + written);
  }

  private Splice replaceScalar(EditTarget spot, Scalar scalar, JsonNode value) {
    if (scalar.start() == scalar.end()) {
      return put(scalar.start(), " " + rendering.scalar(value, spot.column()));
    }
    String before = text.substring(scalar.start(), scalar.end());
    String written =
        value.isTextual()
            ? rendering.text(before, scalar.style(), value, spot.column())
            : rendering.scalar(value, spot.column());
    return splice(scalar.start(), scalar.end(), written);
  }

  private Splice replaceByBlock(EditTarget spot, JsonNode value) {
    Part part = spot.part();
    if (spot.holder() != Holder.KEY) {
      boolean none = part.start() == part.end();
      int column = none ? spot.column() + Rendering.STEP : lines.column(part.start());
      String written = (none ? " " : "") + rendering.element(value, column);
      return splice(part.start(), part.end(), written);
    }
    // what follows the colon, with the line break before it
    String below = rendering.entry("k", value, spot.column()).substring("k:".length());
    boolean inLine = part instanceof Scalar || part.isFlow();
    if (inLine) {
      int end = lines.end(part.end());
      return splice(spot.after(), end, text.substring(part.end(), end).stripTrailing() + below);
    }
    int end = lines.end(spot.after());
    String beside = text.substring(spot.after(), end).strip();
    if (!beside.isEmpty() && !beside.startsWith("#")) {
      throw new EditException("the value there has an anchor or a tag");
    }
    return splice(end, part.end(), below);
  }

  private Splice remove(JsonPointer path) {
    EditTarget parent = spot(path.head());
    String step = path.last().getMatchingProperty();
    CollectionItems cores;
    int index;
    if (parent.part() instanceof Mapping map) {
      cores = CollectionItems.of(lines, map);
      index = names(map).indexOf(step);
    } else if (parent.part() instanceof Sequence list) {
      cores = CollectionItems.of(lines, list);
      index = EditTarget.index(step, list.items().size());
    } else {
      index = -1;
      cores = new CollectionItems(0, List.of());
    }
    if (index < 0) {
      throw new EditException("\"" + step + "\" is not written there itself");
    }
    if (cores.list().size() == 1) {
      JsonNodeFactory json = JsonNodeFactory.instance;
      return replace(
          parent, parent.part() instanceof Mapping ? json.objectNode() : json.arrayNode());
    }
    Core core = cores.list().get(index);
    return index + 1 < cores.list().size()
        ? splice(core.start(), cores.list().get(index + 1).start(), "")
        : splice(cores.list().get(index - 1).end(), core.end(), "");
  }

  private Splice move(JsonPointer from, JsonPointer path, JsonNode value) {
    boolean sameList =
        from.head().equals(path.head()) && spot(from.head()).part() instanceof Sequence;
    if (!sameList) {
      String without = remove(from).of(text);
      return whole(new YamlEditor(without).add(path, value).of(without));
    }
    Sequence list = (Sequence) spot(from.head()).part();
    List<Core> cores = CollectionItems.of(lines, list).list();
    int size = cores.size();
    List<Core> moved = new ArrayList<>(cores);
    Core core = moved.remove(EditTarget.index(from.last().getMatchingProperty(), size));
    String to = path.last().getMatchingProperty();
    moved.add(to.equals("-") ? size - 1 : EditTarget.index(to, size), core);
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < size; i++) {
      written.append(text, moved.get(i).start(), moved.get(i).end());
      int gap = cores.get(i).end();
      if (i + 1 < size) {
        written.append(text, gap, cores.get(i + 1).start());
      }
    }
    return splice(cores.get(0).start(), cores.get(size - 1).end(), written.toString());
  }

  /** Returns whether an empty collection may become one of several lines. */
  private boolean unfolded(EditTarget spot) {
    boolean empty =
        (spot.part() instanceof Mapping map && map.entries().isEmpty())
            || (spot.part() instanceof Sequence list && list.items().isEmpty());
    return empty && !spot.inFlow() && spot.holder() != Holder.DOCUMENT && !rendering.json();
  }

  /** Returns what this collection in brackets or braces puts between its children. */
  private String comma(Part collection, CollectionItems cores) {
    Core first = cores.list().get(0);
    String open = text.substring(collection.start() + 1, first.start());
    if (cores.list().size() > 1) {
      String between = text.substring(first.end(), cores.list().get(1).start());
      if (between.strip().equals(",")) {
        return between;
      }
    }
    return open.isBlank() && open.indexOf('\n') >= 0 ? "," + open : rendering.comma();
  }

  private EditTarget spot(JsonPointer pointer) {
    return EditTarget.find(lines, root, pointer);
  }

  private static List<String> names(Mapping map) {
    return map.entries().stream().map(Part.Entry::name).toList();
  }

  private static Core last(CollectionItems cores) {
    return cores.list().get(cores.list().size() - 1);
  }

  private String lineStart(int column) {
    return rendering.lineBreak() + " ".repeat(column);
  }

  /** A piece of the text that gives way to another. */
  private record Splice(int start, int end, String written) {
    String of(String text) {
      return text.substring(0, start) + written + text.substring(end);
    }
  }

  private Splice whole(String changed) {
    return splice(0, text.length(), changed);
  }

  private Splice put(int at, String written) {
    return splice(at, at, written);
  }

  private Splice splice(int start, int end, String written) {
    return new Splice(start, end, written);
  }
}
