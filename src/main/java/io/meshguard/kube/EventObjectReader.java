package io.meshguard.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import java.io.IOException;

/**
 * Reads the object of a watch event as the same object of a list is read. The client would make of
 * it a class of its own for kinds that it knows, and then lists and watches tell of one object in
 * two ways; and it would read everything of an object that is over a limit. Jackson makes it.
 */
final class EventObjectReader extends JsonDeserializer<KubernetesResource> {

  @Override
  public KubernetesResource deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    GenericKubernetesResource item = context.readValue(parser, GenericKubernetesResource.class);
    return "Status".equals(item.getKind()) && "v1".equals(item.getApiVersion())
        ? status(item, context)
        : item;
  }

  private static Status status(GenericKubernetesResource item, DeserializationContext context)
      throws IOException {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    item.getAdditionalProperties()
        .forEach(
            (field, value) -> {
              if (value instanceof JsonNode node) {
                tree.set(field, node);
              }
            });
    return context.readTreeAsValue(tree, Status.class);
  }
}
