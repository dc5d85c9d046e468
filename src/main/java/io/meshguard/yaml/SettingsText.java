package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Small changes to a YAML or JSON text that leave everything else as it is, comments included. Each
 * change is read back and compared; what does not come out as meant is not done.
 *
 * @param text the text
 * @param document what it holds
 */
public record SettingsText(String text, YamlDocument document) {

  /** Adds a field to the mapping at the root. */
  public Optional<String> plus(String key, JsonNode value) {
    JsonNode tree = document.tree();
    if (tree.isNull()) {
      JsonNode alone = JsonNodeFactory.instance.objectNode().set(key, value);
      return checked(appendBlock(key, value), alone)
          .or(() -> Optional.of(key + ": " + value + "\n"));
    }
    if (!(tree.deepCopy() instanceof ObjectNode wanted) || wanted.has(key)) {
      return Optional.empty();
    }
    wanted.set(key, value);
    return checked(isFlow() ? insertFlow(key, value) : appendBlock(key, value), wanted);
  }

  /** Replaces the scalars of fields. */
  public Optional<String> with(Map<JsonPointer, JsonNode> values) {
    JsonNode wanted = document.tree().deepCopy();
    NavigableMap<Integer, JsonNode> byOffset = new TreeMap<>();
    for (Map.Entry<JsonPointer, JsonNode> entry : values.entrySet()) {
      JsonPointer at = entry.getKey();
      Optional<Position> position = document.positions().of(at);
      if (position.isEmpty() || !(wanted.at(at.head()) instanceof ObjectNode parent)) {
        return Optional.empty();
      }
      String key = at.last().getMatchingProperty();
      parent.set(key, entry.getValue());
      int colon = text.indexOf(':', Math.min(text.length(), offset(position.get()) + key.length()));
      if (colon < 0) {
        return Optional.empty();
      }
      byOffset.put(startOfValue(colon), entry.getValue());
    }
    StringBuilder edited = new StringBuilder(text);
    byOffset
        .descendingMap()
        .forEach((start, value) -> edited.replace(start, endOfScalar(start), value.toString()));
    return checked(edited.toString(), wanted);
  }

  private int startOfValue(int colon) {
    int start = colon + 1;
    while (start < text.length() && text.charAt(start) == ' ') {
      start++;
    }
    return start;
  }

  private boolean isFlow() {
    return text.stripLeading().startsWith("{");
  }

  private String insertFlow(String key, JsonNode value) {
    int close = text.lastIndexOf('}');
    String head = text.substring(0, close).stripTrailing();
    String gap = text.substring(head.length(), close);
    boolean spaced = text.contains("\": ");
    String comma = head.endsWith("{") || head.endsWith(",") ? "" : ",";
    String indent = gap.contains("\n") ? "\n" + " ".repeat(firstColumn()) : spaced ? " " : "";
    String entry = "\"" + key + "\":" + (spaced ? " " : "") + value;
    return head + comma + (comma.isEmpty() ? "" : indent) + entry + gap + text.substring(close);
  }

  private String appendBlock(String key, JsonNode value) {
    String line = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
    return text + line + " ".repeat(firstColumn()) + key + ": " + value + "\n";
  }

  /** Returns how far the keys of the root mapping are indented. */
  private int firstColumn() {
    return document.tree().properties().stream()
        .findFirst()
        .flatMap(e -> document.positions().of(JsonPointer.empty().appendProperty(e.getKey())))
        .map(position -> position.column() - 1)
        .orElse(0);
  }

  private int endOfScalar(int start) {
    char first = start < text.length() ? text.charAt(start) : '\n';
    if (first == '"' || first == '\'') {
      int end = text.indexOf(first, start + 1);
      return end < 0 ? text.length() : end + 1;
    }
    int end = start;
    while (end < text.length()
        && "\n\r,}".indexOf(text.charAt(end)) < 0
        && !text.startsWith(" #", end)) {
      end++;
    }
    return end;
  }

  private int offset(Position position) {
    int offset = 0;
    for (int line = 1; line < position.line(); line++) {
      offset = text.indexOf('\n', offset) + 1;
    }
    return text.offsetByCodePoints(offset, position.column() - 1);
  }

  private static Optional<String> checked(String edited, JsonNode wanted) {
    try {
      JsonNode read = YamlReader.readOne(edited, YamlReader.Limits.EMBEDDED).tree();
      return read.equals(wanted) ? Optional.of(edited) : Optional.empty();
    } catch (YamlException e) {
      return Optional.empty();
    }
  }
}
