package io.meshguard.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.meshguard.resource.ObjectLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object of any kind without its status and without which fields each manager has
 * written, and keeps of one that is over a limit its metadata alone: what follows it in a list, or
 * after it in a watch, is read all the same. What was read is compact before the next object is, so
 * that a page of objects takes no more memory than keeping them does.
 */
final class ItemReader extends JsonDeserializer<GenericKubernetesResource> {

  /** API servers store numbers of 64 bits; reading very long ones takes quadratic time. */
  private static final int MOST_DIGITS = 1_000;

  /** Bytes that a value takes, with its place in what it is in. */
  private static final int NODE = 40;

  private static final ObjectReader METADATA =
      new ObjectMapper(LightSerialization.factory())
          .addMixIn(ManagedFieldsEntry.class, WithoutFields.class)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .readerFor(ObjectMeta.class);

  private final Compactor compactor = new Compactor();

  @JsonIgnoreProperties("fieldsV1")
  private interface WithoutFields {}

  @Override
  public GenericKubernetesResource deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (!parser.isExpectedStartObjectToken()) {
      return (GenericKubernetesResource)
          context.handleUnexpectedToken(GenericKubernetesResource.class, parser);
    }
    String apiVersion = null;
    String kind = null;
    Optional<ObjectMeta> read = Optional.empty();
    Map<String, Object> rest = new LinkedHashMap<>();
    Values values = new Values(parser);
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (field) {
        case "apiVersion" -> apiVersion = parser.getValueAsString();
        case "kind" -> kind = parser.getValueAsString();
        case "metadata" -> read = Optional.of(METADATA.readValue(parser));
        default -> {
          // of a Status, as an API server answers with, it is a word
          if (field.equals("status") && value == JsonToken.START_OBJECT) {
            parser.skipChildren();
          } else {
            rest.put(field, compactor.compact(values.read(1)));
          }
        }
      }
    }
    ObjectMeta metadata = read.orElseGet(ObjectMeta::new);
    Optional<String> excess = values.excess().or(() -> fits(metadata, values.size, context));
    Item item = new Item(values.size, excess);
    item.setApiVersion(apiVersion);
    item.setKind(kind);
    item.setMetadata(metadata);
    if (excess.isEmpty()) {
      item.setAdditionalProperties(rest);
    }
    return item;
  }

  /**
   * Returns why an object does not fit beside those that were read with it: the whole page is in
   * memory at once, before anybody can say what is kept.
   */
  private static Optional<String> fits(
      ObjectMeta metadata, long size, DeserializationContext context) {
    if (size < LargeObjectBudget.LARGE) {
      return Optional.empty();
    }
    LargeObjectBudget budget =
        context.getAttribute(LargeObjectBudget.class) instanceof LargeObjectBudget there
            ? there
            : LargeObjectBudget.ofProcess();
    context.setAttribute(LargeObjectBudget.class, budget);
    String namespace = String.valueOf(metadata.getNamespace());
    return budget.take(namespace, namespace + "/" + metadata.getName(), size)
        ? Optional.empty()
        : Optional.of(LargeObjectBudget.FULL);
  }

  /** The values of one object, as far as they are within the limits. */
  private static final class Values {
    private final JsonParser parser;
    private int nodes;
    private long size;
    private @Nullable String excess;

    Values(JsonParser parser) {
      this.parser = parser;
    }

    Optional<String> excess() {
      return Optional.ofNullable(excess);
    }

    /** Returns the value that the parser is at; what is over a limit is passed over. */
    @Nullable Object read(int around) throws IOException {
      int depth = parser.currentToken().isStructStart() ? around + 1 : around;
      size += NODE;
      if (++nodes > ObjectLimits.MOST_NODES) {
        exceed("more than " + ObjectLimits.MOST_NODES + " values");
      } else if (depth > ObjectLimits.MOST_DEPTH) {
        exceed("more than " + ObjectLimits.MOST_DEPTH + " levels deep");
      }
      if (excess != null) {
        parser.skipChildren();
        return null;
      }
      return switch (parser.currentToken()) {
        case START_OBJECT -> object(depth);
        case START_ARRAY -> list(depth);
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_NULL -> null;
        default -> text();
      };
    }

    private String text() throws IOException {
      String text = parser.getText();
      size += text.length();
      return text;
    }

    private void exceed(String what) {
      if (excess == null) {
        excess = what;
      }
    }

    private Map<String, Object> object(int depth) throws IOException {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        size += name.length();
        parser.nextToken();
        fields.put(name, read(depth));
      }
      return fields;
    }

    private List<Object> list(int depth) throws IOException {
      List<Object> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(read(depth));
      }
      return elements;
    }

    private @Nullable Number number() throws IOException {
      if (parser.getTextLength() > MOST_DIGITS) {
        exceed("a number of more than " + MOST_DIGITS + " digits");
        return null;
      }
      return parser.getNumberValue();
    }
  }
}
