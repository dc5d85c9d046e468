package io.meshguard.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.engine.ObjectManager;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.Optional;

/**
 * A webhook configuration as it is stored, and how to have API servers call none of its entries: by
 * one field of each, an objectSelector that contradicts itself. It is the one selector that counts
 * for every object, in a namespace or not, in every Kubernetes from 1.24 on, and unlike
 * failurePolicy it also ends calls to a server that answers. What stood there before is kept in an
 * annotation.
 *
 * @param tree the whole object
 */
public record StoredWebhooks(ObjectNode tree) {

  /** Label that tells ours from those of others, with its value. */
  public static final String LABEL = "app.kubernetes.io/name";

  /** Value of the label. */
  public static final String OURS = "meshguard";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEPT = "meshguard.io/selectors-before-pause";
  private static final String KEY = "meshguard.io/paused";
  private static final JsonNode NOTHING = nothing();

  /** Returns the kind. */
  public String kind() {
    return tree.path("kind").asText();
  }

  /** Returns the name. */
  public String name() {
    return tree.at("/metadata/name").asText();
  }

  /** Returns kind and name. */
  public String title() {
    return kind() + " " + name();
  }

  /** Returns who would write the configuration back. */
  public ObjectManager manager() {
    return ObjectManager.of(Resource.of(tree, "", Origin.NONE));
  }

  /** Returns the entries. */
  public JsonNode entries() {
    return tree.path("webhooks");
  }

  /** Returns how many entries are never called. */
  public int relaxed() {
    int relaxed = 0;
    for (JsonNode entry : entries()) {
      relaxed += isRelaxed(entry) ? 1 : 0;
    }
    return relaxed;
  }

  /** Returns the JSON Patch after which no entry is called; empty where that is so already. */
  Optional<ArrayNode> relax() {
    ObjectNode kept = kept();
    ArrayNode patch = patch();
    for (int i = 0; i < entries().size(); i++) {
      JsonNode entry = entries().get(i);
      if (!isRelaxed(entry)) {
        kept.set(entry.path("name").asText(), selector(entry));
        add(patch, "add", "/webhooks/" + i + "/objectSelector").set("value", NOTHING);
      }
    }
    if (patch.size() == 1) {
      return Optional.empty();
    }
    if (!tree.path("metadata").has("annotations")) {
      add(patch, "add", "/metadata/annotations").putObject("value");
    }
    add(patch, "add", annotation()).put("value", kept.toString());
    return Optional.of(patch);
  }

  /**
   * Returns the JSON Patch after which all is as it was before; empty where that is so already. An
   * entry that somebody else has written meanwhile is left alone.
   */
  Optional<ArrayNode> restore() {
    ObjectNode kept = kept();
    ArrayNode patch = patch();
    for (int i = 0; i < entries().size(); i++) {
      JsonNode entry = entries().get(i);
      if (isRelaxed(entry)) {
        JsonNode before = kept.path(entry.path("name").asText());
        add(patch, "replace", "/webhooks/" + i + "/objectSelector")
            .set("value", before.isObject() ? before : JsonNodeFactory.instance.objectNode());
      }
    }
    if (tree.path("metadata").path("annotations").has(KEPT)) {
      add(patch, "remove", annotation());
    }
    return patch.size() == 1 ? Optional.empty() : Optional.of(patch);
  }

  private static boolean isRelaxed(JsonNode entry) {
    return entry.path("objectSelector").equals(NOTHING);
  }

  private static JsonNode selector(JsonNode entry) {
    JsonNode selector = entry.path("objectSelector");
    return selector.isObject() ? selector : JsonNodeFactory.instance.objectNode();
  }

  /** What cannot be read was not written by us; an entry then gets the selector for all. */
  private ObjectNode kept() {
    String text = tree.path("metadata").path("annotations").path(KEPT).asText("{}");
    try {
      return JSON.readTree(text) instanceof ObjectNode object
          ? object
          : JsonNodeFactory.instance.objectNode();
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  /** A patch that fails if somebody has written the object since it was read. */
  private ArrayNode patch() {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    add(patch, "test", "/metadata/resourceVersion")
        .set("value", tree.at("/metadata/resourceVersion"));
    return patch;
  }

  private static String annotation() {
    return "/metadata/annotations/" + KEPT.replace("/", "~1");
  }

  private static ObjectNode add(ArrayNode patch, String op, String path) {
    return patch.addObject().put("op", op).put("path", path);
  }

  private static JsonNode nothing() {
    ObjectNode selector = JsonNodeFactory.instance.objectNode();
    ArrayNode expressions = selector.putArray("matchExpressions");
    expressions.addObject().put("key", KEY).put("operator", "Exists");
    expressions.addObject().put("key", KEY).put("operator", "DoesNotExist");
    return selector;
  }
}
