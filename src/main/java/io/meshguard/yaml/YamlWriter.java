package io.meshguard.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.NonPrintableStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Writes a tree as block YAML that {@link YamlReader} and the Kubernetes tools read back as the
 * same tree: a string that YAML 1.1 would take for a boolean or a number is quoted. Deterministic.
 */
public final class YamlWriter {

  private static final int NO_FOLDING = Integer.MAX_VALUE;
  private static final Position NOWHERE = new Position(1, 1);

  private final Dump dump;

  /**
   * Makes a writer.
   *
   * @param indentedLists whether the dashes of a list in a map stand two columns to the right of
   *     its key
   */
  public YamlWriter(boolean indentedLists) {
    DumpSettings settings =
        DumpSettings.builder()
            .setIndent(2)
            .setIndicatorIndent(indentedLists ? 2 : 0)
            .setIndentWithIndicator(indentedLists)
            .setWidth(NO_FOLDING)
            .setSplitLines(false)
            .setMaxSimpleKeyLength(1024)
            .setNonPrintableStyle(NonPrintableStyle.ESCAPE)
            .build();
    this.dump = new Dump(settings);
  }

  /** Returns the tree as text that ends with a line break. */
  public String write(JsonNode tree) {
    Text text = new Text();
    dump.dumpNode(node(tree), text);
    return text.toString();
  }

  private static Node node(JsonNode tree) {
    if (tree.isObject()) {
      List<NodeTuple> tuples = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : tree.properties()) {
        tuples.add(new NodeTuple(text(entry.getKey()), node(entry.getValue())));
      }
      return new MappingNode(Tag.MAP, tuples, style(tree));
    }
    if (tree.isArray()) {
      List<Node> elements = new ArrayList<>();
      tree.forEach(element -> elements.add(node(element)));
      return new SequenceNode(Tag.SEQ, elements, style(tree));
    }
    if (tree.isTextual()) {
      return text(tree.textValue());
    }
    if (tree.isBoolean()) {
      return new ScalarNode(Tag.BOOL, tree.asText(), ScalarStyle.PLAIN);
    }
    if (tree.isNumber()) {
      return new ScalarNode(
          tree.isIntegralNumber() ? Tag.INT : Tag.FLOAT, tree.asText(), ScalarStyle.PLAIN);
    }
    return new ScalarNode(Tag.NULL, "null", ScalarStyle.PLAIN);
  }

  private static FlowStyle style(JsonNode tree) {
    return tree.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
  }

  private static ScalarNode text(String value) {
    ScalarStyle style = isPlain(value) ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED;
    if (value.indexOf('\n') >= 0) {
      style = ScalarStyle.LITERAL;
    }
    return new ScalarNode(Tag.STR, value, style);
  }

  /** Returns whether the text, written without quotes, is read back as that text. */
  private static boolean isPlain(String value) {
    ScalarEvent event =
        new ScalarEvent(
            Optional.empty(),
            Optional.empty(),
            new ImplicitTuple(true, true),
            value,
            ScalarStyle.PLAIN);
    return YamlScalars.resolve(event, NOWHERE).isTextual();
  }

  private static final class Text implements StreamDataWriter {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void write(String part) {
      text.append(part);
    }

    @Override
    public void write(String part, int offset, int length) {
      text.append(part, offset, offset + length);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
