package io.meshguard.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.StringJoiner;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/**
 * Writes new values the way a text writes its own.
 *
 * @param lineBreak the text's line break
 * @param indentedLists whether dashes stand to the right of the key of their list
 * @param json whether the text is JSON
 * @param compact whether the text leaves out blanks where JSON needs none
 */
record Rendering(String lineBreak, boolean indentedLists, boolean json, boolean compact) {

  /** Columns that a nested map stands further to the right. */
  static final int STEP = 2;

  private static final String PROBE = "k";

  /** Returns {@code key: value} as block YAML whose first line begins at a column. */
  String entry(String key, JsonNode value, int column) {
    return indented(
        new YamlWriter(indentedLists).write(JsonNodeFactory.instance.objectNode().set(key, value)),
        column);
  }

  /** Returns a value as block YAML, for a place after a dash, that begins at a column. */
  String element(JsonNode value, int column) {
    if (value.isContainerNode() && !value.isEmpty()) {
      // a list at the root would be indented too
      return indented(new YamlWriter(indentedLists && value.isObject()).write(value), column);
    }
    return scalar(value, column - STEP);
  }

  /** Returns a scalar or an empty collection as it stands after a key or dash at a column. */
  String scalar(JsonNode value, int column) {
    String entry =
        new YamlWriter(false).write(JsonNodeFactory.instance.objectNode().set(PROBE, value));
    return indented(entry.substring(PROBE.length() + 1).stripLeading(), column);
  }

  /**
   * Returns a string in the style of the one that stood there.
   *
   * @param before how that was written
   * @param column column of the key or dash
   */
  String text(String before, ScalarStyle style, JsonNode value, int column) {
    String text = value.textValue();
    boolean oneLine = text.indexOf('\n') < 0;
    if (style == ScalarStyle.DOUBLE_QUOTED) {
      return value.toString();
    }
    if (style == ScalarStyle.SINGLE_QUOTED && oneLine && isPrintable(text)) {
      return singleQuoted(text);
    }
    if (style == ScalarStyle.LITERAL && !oneLine && !text.startsWith(" ")) {
      return literal(before, text);
    }
    return scalar(value, column);
  }

  /** Keeps the header and the indentation of the literal that stood there. */
  private String literal(String before, String text) {
    int content = before.indexOf('\n') + 1;
    String header = before.substring(0, content).stripTrailing();
    String rest = before.substring(content);
    String first = rest.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    String indent = first.substring(0, first.length() - first.stripLeading().length());
    StringBuilder written = new StringBuilder(header);
    text.lines()
        .forEach(
            line -> written.append(lineBreak).append(line.isEmpty() ? "" : indent).append(line));
    return written.toString();
  }

  /** Returns a value in one line, with brackets and braces. */
  String flow(JsonNode value) {
    if (value.isObject()) {
      StringJoiner fields = new StringJoiner(comma(), "{", "}");
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        fields.add(flowEntry(field.getKey(), field.getValue()));
      }
      return fields.toString();
    }
    if (value.isArray()) {
      StringJoiner elements = new StringJoiner(comma(), "[", "]");
      value.forEach(element -> elements.add(flow(element)));
      return elements.toString();
    }
    return value.isTextual() ? flowText(value) : value.toString();
  }

  /**
   * Returns a string in one line, in the quotes of the one that stood there if it had any.
   *
   * @param before how that was written
   */
  String flowText(String before, JsonNode value) {
    String text = value.textValue();
    if (before.startsWith("'") && isPrintable(text)) {
      return singleQuoted(text);
    }
    return before.startsWith("\"") ? value.toString() : flow(value);
  }

  private static String singleQuoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Returns {@code key: value} in one line. */
  String flowEntry(String key, JsonNode value) {
    return flowText(JsonNodeFactory.instance.textNode(key)) + (compact ? ":" : ": ") + flow(value);
  }

  /** Returns what stands between two values in one line. */
  String comma() {
    return compact ? "," : ", ";
  }

  /** A word is left without quotes where it reads back as itself; JSON quotes everything. */
  private String flowText(JsonNode value) {
    String text = value.textValue();
    return !json && isWord(text) && YamlReader.readOne(text).tree().isTextual()
        ? text
        : value.toString();
  }

  private static boolean isWord(String text) {
    return !text.isEmpty()
        && Character.isLetter(text.charAt(0))
        && text.chars()
            .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "_./-".indexOf(c) >= 0));
  }

  private static boolean isPrintable(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  private String indented(String block, int column) {
    StringBuilder text = new StringBuilder();
    String indent = " ".repeat(column);
    for (String line : (Iterable<String>) block.stripTrailing().lines()::iterator) {
      if (!text.isEmpty()) {
        text.append(lineBreak).append(line.isEmpty() ? "" : indent);
      }
      text.append(line);
    }
    return text.toString();
  }
}
