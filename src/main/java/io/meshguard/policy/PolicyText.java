package io.meshguard.policy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.resource.Origin;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.Positions;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the YAML of a policy.yaml. */
final class PolicyText {

  /** The API server stores no larger ConfigMap. */
  static final int MOST_CHARACTERS = 1024 * 1024;

  /** Entries, with aliases expanded, after which a policy is refused. */
  static final int MOST_NODES = 100_000;

  private static final int LONGEST_YAML_ERROR = 300;

  private final Function<Origin, Source> sources;
  private final String name;
  private final Source unread;
  private final Problems problems;
  private final List<YamlDocument> documents = new ArrayList<>();
  private boolean broken;

  /**
   * Makes a reader of one text.
   *
   * @param name the text's name
   * @param sources says where in the world the nodes of the text stand
   * @param problems takes what is wrong
   */
  PolicyText(String name, Function<Origin, Source> sources, Problems problems) {
    this.name = name;
    this.sources = sources;
    this.unread = sources.apply(origin(Positions.NONE));
    this.problems = problems;
  }

  /** Returns the root of the text; none where it is no YAML or too large. */
  Optional<PolicyNode> read(String text) {
    SourceLocation start = unread.place(Optional.of(new Position(1, 1)));
    if (text.length() > MOST_CHARACTERS) {
      problems.add(start, "", Optional.empty(), "tooLarge");
      return Optional.empty();
    }
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    YamlReader.read(body, new Sink());
    if (broken) {
      return Optional.empty();
    }
    if (documents.isEmpty()) {
      return Optional.of(PolicyNode.root(MissingNode.getInstance(), unread, problems));
    }
    if (documents.size() > 1) {
      SourceLocation second = unread.place(Optional.of(documents.get(1).start()));
      problems.add(second, "", Optional.empty(), "severalDocuments");
    }
    JsonNode tree = documents.get(0).tree();
    if (size(tree, MOST_NODES) > MOST_NODES) {
      problems.add(start, "", Optional.empty(), "tooManyNodes", MOST_NODES);
      return Optional.empty();
    }
    Source source = sources.apply(origin(documents.get(0).positions()));
    return Optional.of(PolicyNode.root(tree, source, problems));
  }

  /** Adds the problem that a text is no YAML. */
  static void addUnreadable(Problems problems, Source source, YamlException cause) {
    String message = SafeText.escape(String.valueOf(cause.getMessage()));
    String cut = message.substring(0, Math.min(message.length(), LONGEST_YAML_ERROR));
    SourceLocation place = source.place(Optional.of(cause.position()));
    problems.add(place, "", Optional.empty(), "yaml", ForeignText.of(cut));
  }

  /** Adds the problem that a key stands twice in a mapping. */
  static void addDuplicate(Problems problems, Source source, String key, Position position) {
    SourceLocation place = source.place(Optional.of(position));
    problems.add(place, SafeText.cut(key), Optional.empty(), "duplicateKey");
  }

  private final class Sink implements YamlReader.Sink {
    @Override
    public void document(YamlDocument document) {
      documents.add(document);
    }

    @Override
    public void unreadable(YamlException cause) {
      broken = true;
      addUnreadable(problems, unread, cause);
    }

    @Override
    public void duplicateKey(String key, Position position) {
      addDuplicate(problems, unread, key, position);
    }
  }

  private Origin origin(Positions positions) {
    return new Origin(name, 0, JsonPointer.empty(), positions, false);
  }

  /** Counts nodes, those under aliases each time, up to a little more than a limit. */
  private static int size(JsonNode node, int limit) {
    int size = 1;
    for (JsonNode below : node) {
      if (size > limit) {
        break;
      }
      size += size(below, limit - size);
    }
    return size;
  }
}
