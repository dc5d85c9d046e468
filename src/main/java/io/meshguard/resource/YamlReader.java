package io.meshguard.resource;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML, and JSON as a part of it, into JSON trees the way the Kubernetes tools do (YAML 1.1
 * scalars, merge keys), with the position of every node. Depth, size and what aliases expand to are
 * limited, so that no text can exhaust the program.
 */
public final class YamlReader {

  /** Levels of nesting after which a text is refused. */
  static final int MOST_DEPTH = 200;

  /** Nodes, with aliases expanded, after which a text is refused. */
  static final int MOST_NODES = 2_000_000;

  private static final int MOST_CODE_POINTS = 64 * 1024 * 1024;

  private final Iterator<Event> events;
  private final Sink sink;
  private final Map<Anchor, Anchored> anchors = new HashMap<>();
  private Map<JsonPointer, Position> positions = new HashMap<>();
  private int nodes;

  private YamlReader(String text, Sink sink) {
    LoadSettings settings =
        LoadSettings.builder()
            .setUseMarks(true)
            .setCodePointLimit(MOST_CODE_POINTS)
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .build();
    this.events = new Parse(settings).parseString(withoutTabs(text)).iterator();
    this.sink = sink;
  }

  /** What an anchor stands for, and how many nodes that is. */
  private record Anchored(JsonNode node, int size) {}

  /** Takes documents, and what is wrong after the last one that could be read. */
  public interface Sink {
    /** Takes a document. */
    void document(YamlDocument document);

    /** Takes the reason why the rest of the text cannot be read. */
    void unreadable(YamlException cause);

    /**
     * Takes notice of a key that stands in a mapping again. Where this returns, reading goes on and
     * the later value counts.
     *
     * @throws YamlException if the text is not to be read any further; it always is by default
     */
    default void duplicateKey(String key, Position position) {
      throw new YamlException("duplicate key \"" + key + "\"", position);
    }
  }

  /** Reads all documents of a text; those before a mistake are still delivered. */
  public static void read(String text, Sink sink) {
    YamlReader reader = new YamlReader(text, sink);
    try {
      while (reader.events.hasNext()) {
        Event event = reader.events.next();
        if (event.getEventId() == Event.ID.DocumentStart) {
          sink.document(reader.document(position(event.getStartMark())));
        }
      }
    } catch (YamlException e) {
      sink.unreadable(e);
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      String problem = e.getProblem() == null ? "is not YAML" : e.getProblem();
      sink.unreadable(new YamlException(problem, position(mark)));
    } catch (YamlEngineException e) {
      String problem = e.getMessage() == null ? "is not YAML" : e.getMessage();
      sink.unreadable(new YamlException(problem, new Position(1, 1)));
    }
  }

  /**
   * Returns the only document of a text.
   *
   * @throws YamlException if the text is no YAML or holds more than one document
   */
  public static YamlDocument readOne(String text) {
    List<YamlDocument> documents = new ArrayList<>();
    List<YamlException> problems = new ArrayList<>();
    read(
        text,
        new Sink() {
          @Override
          public void document(YamlDocument document) {
            documents.add(document);
          }

          @Override
          public void unreadable(YamlException cause) {
            problems.add(cause);
          }
        });
    if (!problems.isEmpty()) {
      throw problems.get(0);
    }
    if (documents.size() > 1) {
      throw new YamlException("more than one document", documents.get(1).start());
    }
    return documents.isEmpty()
        ? new YamlDocument(JsonNodeFactory.instance.nullNode(), new Position(1, 1), Map.of())
        : documents.get(0);
  }

  /**
   * Returns a text in which YAML sees what JSON sees: JSON may be indented by tabs, YAML may not. A
   * tab in a JSON string is always escaped, so each tab outside can be taken for a blank, and every
   * position stays what it was. A text that is no JSON is returned as it is.
   */
  public static String withoutTabs(String text) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[") ? text.replace('\t', ' ') : text;
  }

  private YamlDocument document(Position start) {
    positions = new HashMap<>();
    anchors.clear();
    JsonNode tree = node(events.next(), JsonPointer.empty(), 0, null);
    Position first = positions.getOrDefault(JsonPointer.empty(), start);
    return new YamlDocument(tree, first, Map.copyOf(positions));
  }

  private JsonNode node(Event event, JsonPointer at, int depth, @Nullable Position key) {
    Position position = position(event.getStartMark());
    if (depth > MOST_DEPTH) {
      throw new YamlException("nested deeper than " + MOST_DEPTH + " levels", position);
    }
    positions.put(at, key == null ? position : key);
    int before = nodes;
    count(1, position);
    if (event instanceof AliasEvent alias) {
      Anchored anchored = anchors.get(alias.getAlias());
      if (anchored == null) {
        throw new YamlException("unknown alias *" + alias.getAlias().getValue(), position);
      }
      count(anchored.size(), position);
      return anchored.node();
    }
    JsonNode node;
    Optional<Anchor> anchor;
    if (event instanceof ScalarEvent scalar) {
      node = YamlScalars.resolve(scalar, position);
      anchor = scalar.getAnchor();
    } else if (event instanceof SequenceStartEvent sequence) {
      node = sequence(at, depth);
      anchor = sequence.getAnchor();
    } else if (event instanceof MappingStartEvent mapping) {
      node = mapping(at, depth);
      anchor = mapping.getAnchor();
    } else {
      throw new YamlException("unexpected " + event.getEventId(), position);
    }
    anchor.ifPresent(name -> anchors.put(name, new Anchored(node, nodes - before)));
    return node;
  }

  private ArrayNode sequence(JsonPointer at, int depth) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      list.add(node(event, at.appendIndex(list.size()), depth + 1, null));
    }
    return list;
  }

  private ObjectNode mapping(JsonPointer at, int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    List<JsonNode> merged = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      Position position = position(event.getStartMark());
      String key = key(event, position);
      JsonPointer place = at.appendProperty(key);
      JsonNode value = node(events.next(), place, depth + 1, position);
      if (key.equals("<<") && YamlScalars.isPlain(event)) {
        positions.remove(place);
        merged.add(value);
        continue;
      }
      if (object.has(key)) {
        sink.duplicateKey(key, position);
      }
      object.set(key, value);
    }
    merged.forEach(value -> merge(object, value));
    return object;
  }

  private static void merge(ObjectNode object, JsonNode merged) {
    if (merged.isArray()) {
      merged.forEach(value -> merge(object, value));
    }
    merged.properties().forEach(entry -> object.putIfAbsent(entry.getKey(), entry.getValue()));
  }

  private static String key(Event event, Position position) {
    if (event instanceof ScalarEvent scalar) {
      return scalar.getValue();
    }
    throw new YamlException("a key must be a string", position);
  }

  private void count(int more, Position position) {
    nodes = more > MOST_NODES - nodes ? MOST_NODES + 1 : nodes + more;
    if (nodes > MOST_NODES) {
      throw new YamlException("expands to more than " + MOST_NODES + " nodes", position);
    }
  }

  private static Position position(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1))
        .orElse(new Position(1, 1));
  }
}
