package io.meshguard.istio;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.EditException;
import io.meshguard.yaml.ManifestText;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.Positions;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text of the annotation {@code proxy.istio.io/config}: a ProxyConfig message as YAML, and so
 * also as JSON. Istio reads the first document and nothing after it (istio pkg/util/protomarshal
 * {@code ApplyYAML} @1.30.3).
 */
public final class ProxyConfigText {

  /** The annotation. */
  public static final String ANNOTATION = "proxy.istio.io/config";

  private final String text;
  private final Optional<YamlDocument> document;
  private final Optional<YamlException> problem;
  private final boolean readToItsEnd;

  private ProxyConfigText(
      String text,
      Optional<YamlDocument> document,
      Optional<YamlException> problem,
      boolean readToItsEnd) {
    this.text = text;
    this.document = document;
    this.problem = problem;
    this.readToItsEnd = readToItsEnd;
  }

  /** Reads a text; never throws. */
  public static ProxyConfigText of(String text) {
    List<YamlDocument> documents = new ArrayList<>();
    List<YamlException> problems = new ArrayList<>();
    YamlReader.read(
        text,
        YamlReader.Limits.EMBEDDED,
        new YamlReader.Sink() {
          @Override
          public void document(YamlDocument document) {
            documents.add(document);
          }

          @Override
          public void unreadable(YamlException cause) {
            problems.add(cause);
          }

          @Override
          public void duplicateKey(String key, Position position) {
            // Istio does not read strictly: the later value counts.
          }
        });
    if (!documents.isEmpty()) {
      return new ProxyConfigText(
          text, Optional.of(documents.get(0)), Optional.empty(), problems.isEmpty());
    }
    if (problems.isEmpty()) {
      YamlDocument empty =
          new YamlDocument(JsonNodeFactory.instance.nullNode(), new Position(1, 1), Positions.NONE);
      return new ProxyConfigText(text, Optional.of(empty), Optional.empty(), true);
    }
    return new ProxyConfigText(text, Optional.empty(), Optional.of(problems.get(0)), false);
  }

  /** Returns why the text is no YAML; empty where it is, and where it is too large to tell. */
  public Optional<YamlException> problem() {
    return problem.filter(cause -> !cause.isTooLarge());
  }

  /** Returns whether the text is too large to be read, so that nothing is known of it. */
  public boolean isTooLarge() {
    return problem.filter(YamlException::isTooLarge).isPresent();
  }

  /** Returns the message; missing where the text is no YAML or too large. */
  public Cursor config() {
    return Cursor.root(
        document.map(YamlDocument::tree).orElse(JsonNodeFactory.instance.missingNode()));
  }

  /** Returns a field in either of its two spellings, camelCase given. */
  public Cursor field(String camelCase) {
    return field(config(), camelCase);
  }

  /** Returns a field of a message in either of its two spellings, camelCase given. */
  public static Cursor field(Cursor message, String camelCase) {
    Cursor camel = message.at(camelCase);
    return camel.isMissing() ? message.at(snakeCase(camelCase)) : camel;
  }

  /** Returns a name in the spelling of protobuf files: {@code proxyMetadata}, proxy_metadata. */
  public static String snakeCase(String camelCase) {
    StringBuilder snake = new StringBuilder();
    for (int i = 0; i < camelCase.length(); i++) {
      char c = camelCase.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        snake.append('_').append((char) (c - 'A' + 'a'));
      } else {
        snake.append(c);
      }
    }
    return snake.toString();
  }

  /**
   * Returns the text with one more field, written the way the text is; empty where it holds
   * something other than a mapping or where the field cannot be put in safely.
   */
  public Optional<String> plus(String key, JsonNode value) {
    JsonNode tree = config().node();
    if (tree.isNull()) {
      return Optional.of(first(key, value));
    }
    return tree.isObject() && !tree.has(key)
        ? edited(List.of(new PatchOp.Add(JsonPointer.empty().appendProperty(key), value)))
        : Optional.empty();
  }

  /** Returns the text with other scalars at some places; empty where that is not safe. */
  public Optional<String> with(Map<JsonPointer, JsonNode> values) {
    return edited(
        values.entrySet().stream()
            .<PatchOp>map(entry -> new PatchOp.Replace(entry.getKey(), entry.getValue()))
            .toList());
  }

  /** Comments stay; a null that is written out goes. */
  private String first(String key, JsonNode value) {
    String field = key + ": " + value + "\n";
    String below = text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + field;
    return of(below).config().at(key).isPresent() ? below : field;
  }

  private Optional<String> edited(List<PatchOp> ops) {
    if (!readToItsEnd) {
      return Optional.empty();
    }
    try {
      ManifestText edited = new ManifestText(text);
      edited.edit(0, JsonPointer.empty(), ops);
      return Optional.of(edited.text());
    } catch (EditException e) {
      return Optional.empty();
    }
  }
}
