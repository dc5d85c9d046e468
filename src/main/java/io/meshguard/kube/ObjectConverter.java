package io.meshguard.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.meshguard.audit.NotJudged;
import io.meshguard.engine.ObjectManager;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Objects of the Kubernetes client as trees, without what no rule reads. */
public final class ObjectConverter {

  private static final ObjectMapper MAPPER = new ObjectMapper(LightSerialization.factory());
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private ObjectConverter() {}

  /** Returns a ConfigMap with everything in it. */
  public static Resource of(ConfigMap configMap) {
    configMap.setApiVersion("v1");
    configMap.setKind("ConfigMap");
    return Resource.of(MAPPER.valueToTree(configMap), "", Origin.NONE);
  }

  /**
   * Hands on an object as rules see it, or what is known of one that cannot be read; never throws,
   * for then the object would hide those that come after it.
   *
   * @param item taken apart on the way
   */
  public static void read(
      Kind kind,
      GenericKubernetesResource item,
      Compactor compactor,
      Consumer<Resource> whole,
      Consumer<NotJudged> unread) {
    Resource object;
    try {
      if (item instanceof Item read && read.unreadable().isPresent()) {
        unread.accept(unread(kind, item, compactor, read.unreadable().get()));
        return;
      }
      object = resource(kind, item, compactor);
    } catch (RuntimeException | StackOverflowError e) {
      unread.accept(unread(kind, item, compactor, "it cannot be read: " + e));
      return;
    }
    whole.accept(object);
  }

  /** Returns what is known of an object that is not kept as a whole. */
  public static NotJudged unread(
      Kind kind, GenericKubernetesResource item, Compactor compactor, String reason) {
    return new NotJudged(resource(kind, head(item, compactor)), NotJudged.Cause.UNREADABLE, reason);
  }

  /**
   * Returns an object as rules see it. What servers and controllers keep up on it is left out, so
   * that two states differ only where a rule may see it.
   *
   * @param object taken apart on the way
   */
  private static Resource resource(
      Kind kind, GenericKubernetesResource object, Compactor compactor) {
    Map<String, JsonNode> tree = head(object, compactor);
    object
        .getAdditionalProperties()
        .forEach(
            (field, value) -> {
              if (!field.equals("status")) {
                tree.put(field, value instanceof JsonNode made ? made : compactor.compact(value));
              }
            });
    return resource(kind, tree);
  }

  /** Returns of an object what tells which it is and who owns it: all but its content. */
  private static Map<String, JsonNode> head(GenericKubernetesResource object, Compactor compactor) {
    Set<String> managers = managers(object.getMetadata());
    object.getMetadata().setResourceVersion(null);
    object.getMetadata().setGeneration(null);
    if (object.getMetadata().getAnnotations() != null) {
      object.getMetadata().getAnnotations().remove(LAST_APPLIED);
    }
    ObjectNode metadata = MAPPER.valueToTree(object.getMetadata());
    if (!managers.isEmpty()) {
      ArrayNode kept = metadata.putArray("managedFields");
      managers.forEach(name -> kept.addObject().put("manager", name));
    }
    Map<String, JsonNode> tree = new LinkedHashMap<>();
    tree.put("apiVersion", compactor.compact(object.getApiVersion()));
    tree.put("kind", compactor.compact(object.getKind()));
    tree.put("metadata", compactor.compact(metadata));
    return tree;
  }

  private static Resource resource(Kind kind, Map<String, JsonNode> tree) {
    JsonNode kept = SmallMap.object(tree);
    JsonNode names = kept.path("metadata");
    String namespace = kind.namespaced() ? names.path("namespace").asText("") : "";
    ObjectRef ref =
        new ObjectRef(
            kept.path("apiVersion").asText(""), kind, namespace, names.path("name").asText(""));
    return new Resource(ref, kept, Origin.NONE);
  }

  /** Of whoever wrote the object only those are kept whose name tells who keeps it as it is. */
  private static Set<String> managers(ObjectMeta metadata) {
    Set<String> names = new TreeSet<>();
    for (ManagedFieldsEntry entry : metadata.getManagedFields()) {
      if (entry.getManager() != null) {
        names.add(entry.getManager());
      }
    }
    names.retainAll(ObjectManager.MANAGERS);
    metadata.setManagedFields(List.of());
    return names;
  }
}
