package io.meshguard.resource;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;

/** Reads the objects of a text in YAML or JSON. Lists are unfolded. */
public final class ManifestReader {

  private final String defaultNamespace;

  /**
   * Makes a reader.
   *
   * @param defaultNamespace namespace of a namespaced object that names none
   */
  public ManifestReader(String defaultNamespace) {
    this.defaultNamespace = defaultNamespace;
  }

  /** Takes what a text holds, in order. */
  public interface Sink {
    /** Takes an object. */
    void object(Resource object);

    /** Takes notice of a document that is not empty but has no apiVersion or no kind. */
    void noObject();

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

  /**
   * Reads a text.
   *
   * @param file its name for the user
   * @param text the text; a byte order mark at its start is skipped, an empty document is nothing
   * @param sink takes what it holds
   */
  public void read(String file, String text, Sink sink) {
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    YamlReader.read(
        body,
        new YamlReader.Sink() {
          private int number;

          @Override
          public void document(YamlDocument document) {
            Origin origin =
                new Origin(file, number++, JsonPointer.empty(), document.positions(), false);
            unfold(document.tree(), origin, sink);
          }

          @Override
          public void unreadable(YamlException cause) {
            sink.unreadable(cause);
          }

          @Override
          public void duplicateKey(String key, Position position) {
            sink.duplicateKey(key, position);
          }
        });
  }

  private void unfold(JsonNode tree, Origin origin, Sink sink) {
    if (tree.isNull()) {
      return;
    }
    String kind = tree.path("kind").asText("");
    boolean object = tree.path("apiVersion").isTextual() && !kind.isEmpty();
    if (!object) {
      sink.noObject();
      return;
    }
    JsonNode items = tree.path("items");
    if (!kind.endsWith("List") || !items.isArray()) {
      sink.object(Resource.of(tree, defaultNamespace, origin));
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      JsonPointer base = origin.base().appendProperty("items").appendIndex(i);
      Origin inside = new Origin(origin.file(), origin.document(), base, origin.positions(), false);
      unfold(items.get(i), inside, sink);
    }
  }
}
