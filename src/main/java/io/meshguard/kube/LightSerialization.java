package io.meshguard.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects of any kind without what takes half of their room and no rule looks at: the status,
 * and which fields each manager has written. So such an object can be read only, never written
 * back. Whatever an API server stores is read, or passed over alone: an object that fails to be
 * read would take the whole list with it.
 */
public final class LightSerialization {

  private LightSerialization() {}

  /** Returns the serialization for clients that list and watch. */
  public static KubernetesSerialization create() {
    ObjectMapper mapper = new ObjectMapper(factory());
    mapper.registerModule(
        new SimpleModule().addDeserializer(GenericKubernetesResource.class, new ItemReader()));
    mapper.addMixIn(WatchEvent.class, Event.class);
    mapper.addMixIn(NodeStatus.class, NodeVersions.class);
    return new KubernetesSerialization(mapper, true);
  }

  /**
   * Returns what makes parsers without limits of their own. API servers store names and texts of
   * any length up to the size of an object, and objects up to 10,000 levels deep
   * (encoding/json/scanner.go maxNestingDepth of Go 1.25); how much of one is kept is decided where
   * it is known which object it is.
   */
  static JsonFactory factory() {
    return new JsonFactoryBuilder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNameLength(Integer.MAX_VALUE)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(Integer.MAX_VALUE)
                .maxNestingDepth(Integer.MAX_VALUE)
                .build())
        // many names of one hash are slow at worst, and no reason to give a list up
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
  }

  /** Of a node only its versions are looked at; its images alone are most of it. */
  @JsonIgnoreProperties({"images", "conditions", "volumesAttached", "volumesInUse"})
  private interface NodeVersions {}

  @SuppressWarnings("unused") // Jackson reads it
  private abstract static class Event {
    @JsonDeserialize(using = EventObjectReader.class)
    private @Nullable Object object;

    @JsonDeserialize(using = EventObjectReader.class)
    abstract void setObject(Object object);
  }
}
