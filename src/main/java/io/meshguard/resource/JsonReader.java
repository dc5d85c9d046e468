package io.meshguard.resource;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.resource.JsonLimitException.Limit;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that somebody else wrote into a tree, and counts nodes while it does: what a text of
 * some bytes takes in memory depends on their number above all, and {@code {}} takes thirty times
 * its bytes. Stops at the first node, level or letter too many.
 */
public final class JsonReader {

  /** A text of so many bytes is looked through first, which takes a fraction of the reading. */
  private static final int SCANNED_FIRST = 256 * 1024;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonFactory factory;
  private final int mostNodes;
  private final int mostDepth;

  /**
   * Makes a reader.
   *
   * @param mostNodes nodes of the whole text; the name of a field is none
   * @param mostDepth levels of nesting
   * @param mostLength characters of a string, a name or a number
   */
  public JsonReader(int mostNodes, int mostDepth, int mostLength) {
    this.mostNodes = mostNodes;
    this.mostDepth = mostDepth;
    this.factory =
        JsonFactory.builder()
            // A table that all threads share would keep every name that anybody ever thought of.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxStringLength(mostLength)
                    .maxNameLength(mostLength)
                    .maxNumberLength(mostLength)
                    .build())
            .build();
  }

  /**
   * Returns the tree of a text; a {@link MissingNode} for an empty one.
   *
   * @throws JsonLimitException if the text goes over a limit
   * @throws com.fasterxml.jackson.core.JsonProcessingException if it is no JSON, or more than one
   *     value
   * @throws IOException never besides
   */
  public JsonNode read(byte[] text) throws IOException {
    if (text.length > SCANNED_FIRST) {
      scan(text);
    }
    try (JsonParser parser = factory.createParser(text)) {
      return new Reading(parser).tree();
    } catch (StreamConstraintsException e) {
      throw new JsonLimitException(Limit.LENGTH);
    }
  }

  /** Counts without making anything, so that what goes over a limit leaves no garbage behind. */
  private void scan(byte[] text) throws IOException {
    int nodes = 0;
    int depth = 0;
    try (JsonParser parser = factory.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        Deadline.check();
        if (token.isStructEnd()) {
          depth--;
        } else if (token != JsonToken.FIELD_NAME && ++nodes > mostNodes) {
          throw new JsonLimitException(Limit.NODES);
        }
        if (token.isStructStart() && ++depth > mostDepth) {
          throw new JsonLimitException(Limit.DEPTH);
        }
      }
    } catch (StreamConstraintsException e) {
      throw new JsonLimitException(Limit.LENGTH);
    }
  }

  private final class Reading {
    private final JsonParser parser;
    private final Deque<ContainerNode<?>> open = new ArrayDeque<>();
    private @Nullable JsonNode root;
    private @Nullable String name;
    private int nodes;

    Reading(JsonParser parser) {
      this.parser = parser;
    }

    JsonNode tree() throws IOException {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        Deadline.check();
        if (root != null && open.isEmpty()) {
          throw new JsonParseException(
              parser, "more than one value", parser.currentTokenLocation());
        }
        switch (token) {
          case FIELD_NAME -> name = parser.currentName();
          case START_OBJECT -> begin(NODES.objectNode());
          case START_ARRAY -> begin(NODES.arrayNode());
          case END_OBJECT, END_ARRAY -> open.pop();
          default -> add(value(token));
        }
      }
      return root == null ? MissingNode.getInstance() : root;
    }

    private void begin(ContainerNode<?> container) throws JsonLimitException {
      add(container);
      open.push(container);
      if (open.size() > mostDepth) {
        throw new JsonLimitException(Limit.DEPTH);
      }
    }

    private void add(JsonNode node) throws JsonLimitException {
      if (++nodes > mostNodes) {
        throw new JsonLimitException(Limit.NODES);
      }
      ContainerNode<?> around = open.peek();
      if (around == null) {
        root = node;
      } else if (around instanceof ArrayNode list) {
        list.add(node);
      } else if (around instanceof ObjectNode object && name != null) {
        object.set(name, node);
      }
    }

    private JsonNode value(JsonToken token) throws IOException {
      return switch (token) {
        case VALUE_STRING -> NODES.textNode(parser.getText());
        case VALUE_TRUE -> NODES.booleanNode(true);
        case VALUE_FALSE -> NODES.booleanNode(false);
        case VALUE_NUMBER_INT -> integer();
        case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
        default -> NODES.nullNode();
      };
    }

    private JsonNode integer() throws IOException {
      return switch (parser.getNumberType()) {
        case INT -> NODES.numberNode(parser.getIntValue());
        case LONG -> NODES.numberNode(parser.getLongValue());
        default -> NODES.numberNode(parser.getBigIntegerValue());
      };
    }
  }
}
