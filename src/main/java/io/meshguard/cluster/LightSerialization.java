package io.meshguard.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;

/**
 * Reads objects of any kind without what takes half of their room and no rule looks at: the status,
 * and which fields each manager has written. So such an object can be read only, never written
 * back.
 */
final class LightSerialization {

  private LightSerialization() {}

  static KubernetesSerialization create() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.addMixIn(GenericKubernetesResource.class, Light.class);
    return new KubernetesSerialization(mapper, true);
  }

  @SuppressWarnings("unused") // Jackson reads it
  @JsonIgnoreProperties("status")
  private interface Light {
    @JsonDeserialize(using = MetadataReader.class)
    void setMetadata(ObjectMeta metadata);
  }

  @JsonIgnoreProperties("fieldsV1")
  private interface WithoutFields {}

  /** Jackson makes it. */
  static final class MetadataReader extends JsonDeserializer<ObjectMeta> {
    private static final ObjectReader READER =
        new ObjectMapper()
            .addMixIn(ManagedFieldsEntry.class, WithoutFields.class)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .readerFor(ObjectMeta.class);

    @Override
    public ObjectMeta deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return READER.readValue(parser);
    }
  }
}
