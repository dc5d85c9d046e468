package io.meshguard.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.deadline.Deadline;
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
 * limited, so that no text can exhaust the program; the time it takes grows with the text and with
 * nothing else.
 */
public final class YamlReader {

  private static final int LEAST_BUFFER = 128;

  /** For a long scalar all that was read of it is copied at each new buffer. */
  private static final int MOST_BUFFER = 1024 * 1024;

  private final Limits limits;
  private final Iterator<Event> events;
  private final Sink sink;
  private final Map<Anchor, Anchored> anchors = new HashMap<>();
  private Positions.Recorder positions = new Positions.Recorder();
  private int nodes;
  private long levels;

  /** The deepest level since the node that is being read began. */
  private int deepest;

  private YamlReader(String text, Limits limits, Sink sink) {
    this.limits = limits;
    this.events = events(text);
    this.sink = sink;
  }

  /**
   * How much a text may hold; one that holds more is {@link YamlException#isTooLarge too large}.
   *
   * @param characters its length
   * @param nodes its nodes, with aliases expanded
   * @param depth levels of nesting
   * @param levels the levels of all nodes together, for what walks a tree down to each node
   */
  public record Limits(int characters, int nodes, int depth, long levels) {

    /** For a file that somebody wants checked. */
    public static final Limits FILE =
        new Limits(64 * 1024 * 1024, 2_000_000, 200, 2_000_000L * 200);

    /**
     * For a text inside an object: an annotation, a variable, a key of a ConfigMap. Such a text may
     * be read by many rules, and in each review.
     */
    public static final Limits EMBEDDED = new Limits(1024 * 1024, 50_000, 100, 1_000_000);
  }

  /**
   * What an anchor stands for.
   *
   * @param size how many nodes that is
   * @param height levels below it
   * @param levels the levels of all nodes together, counted from it
   */
  private record Anchored(JsonNode node, int size, int height, long levels) {}

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

  /** Reads all documents of a file's text; those before a mistake are still delivered. */
  public static void read(String text, Sink sink) {
    read(text, Limits.FILE, sink);
  }

  /** Reads all documents of a text; those before a mistake or a limit are still delivered. */
  public static void read(String text, Limits limits, Sink sink) {
    if (text.length() > limits.characters()) {
      String message = "longer than " + limits.characters() + " characters";
      sink.unreadable(YamlException.tooLarge(message, new Position(1, 1)));
      return;
    }
    YamlReader reader = new YamlReader(text, limits, sink);
    try {
      while (reader.events.hasNext()) {
        Event event = reader.events.next();
        if (event.getEventId() == Event.ID.DocumentStart) {
          sink.document(reader.document());
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
   * Returns the only document of a file's text.
   *
   * @throws YamlException if the text is no YAML or holds more than one document
   */
  public static YamlDocument readOne(String text) {
    return readOne(text, Limits.FILE);
  }

  /**
   * Returns the only document of a text.
   *
   * @throws YamlException if the text is no YAML, is too large or holds more than one document
   */
  public static YamlDocument readOne(String text, Limits limits) {
    List<YamlDocument> documents = new ArrayList<>();
    List<YamlException> problems = new ArrayList<>();
    read(
        text,
        limits,
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
        ? new YamlDocument(JsonNodeFactory.instance.nullNode(), new Position(1, 1), Positions.NONE)
        : documents.get(0);
  }

  /** Returns what the parser sees in a text, with marks; without limits. */
  public static Iterator<Event> events(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setUseMarks(true)
            .setCodePointLimit(Integer.MAX_VALUE)
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .setBufferSize(Math.max(LEAST_BUFFER, Math.min(MOST_BUFFER, text.length())))
            .build();
    return new Parse(settings).parseReader(new WholeCharacters(withoutTabs(text))).iterator();
  }

  /**
   * Returns a text in which YAML sees what JSON sees: JSON may be indented by tabs, YAML may not. A
   * tab in a JSON string is always escaped, so each tab outside can be taken for a blank, and every
   * position stays what it was. A text that is no JSON is returned as it is.
   */
  private static String withoutTabs(String text) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[") ? text.replace('\t', ' ') : text;
  }

  private YamlDocument document() {
    positions = new Positions.Recorder();
    anchors.clear();
    Event root = events.next();
    JsonNode tree = node(root, 0, null, position(root.getStartMark()));
    return new YamlDocument(tree, position(root.getStartMark()), positions.finish());
  }

  /**
   * Reads a node.
   *
   * @param key its key in the mapping around it, if it stands in one
   * @param place where its key stands, or the node itself where it has none
   */
  private JsonNode node(Event event, int depth, @Nullable String key, Position place) {
    Deadline.check();
    Position position = position(event.getStartMark());
    int outside = deepest;
    deepest = depth;
    int number = positions.begin(key, place);
    JsonNode node = read(event, depth, position);
    positions.end(number);
    deepest = Math.max(outside, deepest);
    return node;
  }

  private JsonNode read(Event event, int depth, Position position) {
    int nodesBefore = nodes;
    long levelsBefore = levels;
    count(1, depth, depth, position);
    if (event instanceof AliasEvent alias) {
      Anchored anchored = anchors.get(alias.getAlias());
      if (anchored == null) {
        throw new YamlException("unknown alias *" + alias.getAlias().getValue(), position);
      }
      if (anchored.node().isValueNode()) {
        positions.written("*" + alias.getAlias().getValue());
      }
      long below = anchored.levels() + (long) depth * anchored.size();
      count(anchored.size(), depth + anchored.height(), below, position);
      return anchored.node();
    }
    JsonNode node;
    Optional<Anchor> anchor;
    if (event instanceof ScalarEvent scalar) {
      node = YamlScalars.resolve(scalar, position);
      anchor = scalar.getAnchor();
      note(scalar, node);
    } else if (event instanceof SequenceStartEvent sequence) {
      node = sequence(depth);
      anchor = sequence.getAnchor();
    } else if (event instanceof MappingStartEvent mapping) {
      node = mapping(depth);
      anchor = mapping.getAnchor();
    } else {
      throw new YamlException("unexpected " + event.getEventId(), position);
    }
    int size = nodes - nodesBefore;
    long below = levels - levelsBefore - (long) depth * size;
    anchor.ifPresent(name -> anchors.put(name, new Anchored(node, size, deepest - depth, below)));
    return node;
  }

  /** Keeps how a value is written that nobody could tell from its tree. */
  private void note(ScalarEvent scalar, JsonNode node) {
    if (node.isNumber() || node.isBoolean()) {
      String text = scalar.getValue();
      if (scalar.getAnchor().isPresent()) {
        positions.written("&" + scalar.getAnchor().get().getValue() + " " + text);
      } else if (!text.equals(node.asText())) {
        positions.written(text);
      }
    }
  }

  private ArrayNode sequence(int depth) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      list.add(node(event, depth + 1, null, position(event.getStartMark())));
    }
    return list;
  }

  private ObjectNode mapping(int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    List<JsonNode> merged = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      Position position = position(event.getStartMark());
      String key = key(event, position);
      int number = positions.size();
      JsonNode value = node(events.next(), depth + 1, key, position);
      if (key.equals("<<") && YamlScalars.isPlain(event)) {
        positions.forget(number);
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

  /**
   * Counts nodes.
   *
   * @param bottom the level of the deepest of them
   * @param moreLevels their levels together
   */
  private void count(int more, int bottom, long moreLevels, Position position) {
    if (bottom > limits.depth()) {
      String message = "nested deeper than " + limits.depth() + " levels";
      throw YamlException.tooLarge(message, position);
    }
    deepest = Math.max(deepest, bottom);
    int most = limits.nodes();
    nodes = more > most - nodes ? most + 1 : nodes + more;
    if (nodes > most) {
      throw YamlException.tooLarge("expands to more than " + most + " nodes", position);
    }
    levels += moreLevels;
    if (levels > limits.levels()) {
      throw YamlException.tooLarge("nested too deeply in too many places", position);
    }
  }

  private static Position position(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1))
        .orElse(new Position(1, 1));
  }
}
