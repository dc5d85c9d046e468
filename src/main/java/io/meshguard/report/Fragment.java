package io.meshguard.report;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.Patches;
import io.meshguard.yaml.YamlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The part of an object that a fix writes, as corrected YAML: the keys that lead there and what
 * stands there after the fix. What the fix leaves as it is, is left out.
 */
public final class Fragment {

  /** Lines after which a fragment is cut. */
  public static final int MOST_LINES = 12;

  private static final String ELIDED = "# …";
  private static final String MARK = "elided-by-meshguard";

  private Fragment() {}

  /** Returns the corrected YAML, at most {@link #MOST_LINES} lines; empty without such a fix. */
  public static Optional<String> of(Finding finding) {
    return finding
        .fix()
        .filter(Fix::applicable)
        .map(fix -> of(finding.object().tree(), fix.ops()))
        .filter(text -> !text.isEmpty());
  }

  /** Returns what operations write into a tree, as YAML of at most {@link #MOST_LINES} lines. */
  public static String of(JsonNode before, List<PatchOp> ops) {
    Branch root = new Branch();
    JsonNode tree = before;
    for (PatchOp op : ops) {
      if (!(op instanceof PatchOp.Test)) {
        JsonNode after = Patches.apply(List.of(op), tree);
        root.grow(written(op, tree), op instanceof PatchOp.Add);
        tree = after;
      }
    }
    JsonNode cut = root.cut(tree, before);
    return cut.isEmpty() ? "" : lines(new YamlWriter(false).write(cut));
  }

  /** Returns the place that an operation leaves its mark on. */
  private static JsonPointer written(PatchOp op, JsonNode tree) {
    JsonPointer path = op.path();
    if (op instanceof PatchOp.Remove) {
      return path.head();
    }
    boolean atEnd = path.last().getMatchingProperty().equals("-");
    JsonNode list = tree.at(path.head());
    return atEnd && list.isArray() ? path.head().appendIndex(list.size()) : path;
  }

  private static String lines(String yaml) {
    List<String> lines = new ArrayList<>();
    for (String line : (Iterable<String>) yaml.lines()::iterator) {
      boolean elided = line.strip().equals("- " + MARK);
      String shown = elided ? line.replace("- " + MARK, ELIDED) : SafeText.escape(line);
      lines.add(shown);
    }
    if (lines.size() <= MOST_LINES) {
      return String.join("\n", lines);
    }
    String next = lines.get(MOST_LINES - 1);
    String indent = next.substring(0, next.length() - next.stripLeading().length());
    return String.join("\n", lines.subList(0, MOST_LINES - 1)) + "\n" + indent + ELIDED;
  }

  /** The places that were written, as a tree of the steps that lead to them. */
  private static final class Branch {
    private final Map<String, Branch> steps = new TreeMap<>();
    private boolean whole;
    private boolean ours;

    /** Notes a place, and whether what stands there was written by the rule and not by a user. */
    void grow(JsonPointer path, boolean isOurs) {
      if (path.matches()) {
        whole = true;
        ours = isOurs;
        return;
      }
      String step = path.getMatchingProperty();
      steps.computeIfAbsent(step, s -> new Branch()).grow(path.tail(), isOurs);
    }

    JsonNode cut(JsonNode now, JsonNode before) {
      if (whole && !(now.isObject() && before.isObject() && !steps.isEmpty())) {
        boolean rewritten = now.isTextual() && before.isTextual() && !now.equals(before);
        return rewritten
            ? TextNode.valueOf(ChangedText.of(before.textValue(), now.textValue()))
            : leaf(now);
      }
      return now instanceof ArrayNode list ? list(list, before) : object(now, before);
    }

    private JsonNode leaf(JsonNode now) {
      return ours ? now : Secrets.masked(now);
    }

    private JsonNode object(JsonNode now, JsonNode before) {
      ObjectNode cut = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> entry : now.properties()) {
        Branch branch = steps.get(entry.getKey());
        if (branch != null) {
          cut.set(entry.getKey(), branch.cut(entry.getValue(), before.path(entry.getKey())));
        } else if (entry.getKey().equals("name") && entry.getValue().isTextual()) {
          cut.set("name", entry.getValue());
        }
      }
      return cut;
    }

    private JsonNode list(ArrayNode now, JsonNode before) {
      ArrayNode cut = JsonNodeFactory.instance.arrayNode();
      boolean elided = false;
      for (int i = 0; i < now.size(); i++) {
        Branch branch = steps.get(Integer.toString(i));
        if (branch != null) {
          cut.add(branch.whole ? branch.leaf(now.get(i)) : branch.cut(now.get(i), before.path(i)));
        } else if (!elided) {
          cut.add(MARK);
        }
        elided = branch == null;
      }
      return cut;
    }
  }
}
