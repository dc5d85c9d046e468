package io.meshguard.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is new in a text that a fix rewrote, for example in an annotation that holds YAML or JSON.
 * The rest of the text is the user's and is not quoted.
 */
final class ChangedText {

  private static final String ELIDED = "# …";

  private ChangedText() {}

  static String of(String before, String after) {
    return after.indexOf('\n') >= 0 ? changedLines(before, after) : changedKeys(before, after);
  }

  private static String changedLines(String before, String after) {
    Set<String> known = before.lines().collect(Collectors.toSet());
    StringBuilder text = new StringBuilder();
    boolean elided = false;
    for (String line : (Iterable<String>) after.lines()::iterator) {
      boolean old = known.contains(line);
      if (!old) {
        text.append(line).append('\n');
      } else if (!elided) {
        text.append(ELIDED).append('\n');
      }
      elided = old;
    }
    return text.toString();
  }

  private static String changedKeys(String before, String after) {
    try {
      JsonNode old = YamlReader.readOne(before).tree();
      JsonNode now = YamlReader.readOne(after).tree();
      if (!(now instanceof ObjectNode)) {
        return old.isObject() ? "…" : after;
      }
      JsonNode changed = changed(old, now);
      String text = changed.toString();
      boolean all = changed.equals(now);
      return all ? text : "{…" + (changed.isEmpty() ? "" : ",") + text.substring(1);
    } catch (YamlException e) {
      return "…";
    }
  }

  private static JsonNode changed(JsonNode old, JsonNode now) {
    if (!(now instanceof ObjectNode) || !old.isObject()) {
      return now;
    }
    ObjectNode changed = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : List.copyOf(now.properties())) {
      JsonNode was = old.path(entry.getKey());
      if (!was.equals(entry.getValue())) {
        changed.set(entry.getKey(), changed(was, entry.getValue()));
      }
    }
    return changed;
  }
}
