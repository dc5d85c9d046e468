package io.meshguard.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshguard.mesh.Requester;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Reads AdmissionReview v1 from JSON, within limits. */
final class ReviewReader {

  /** Object and old object of 3 MiB each, the most that an API server takes, and what is around. */
  static final int MOST_BYTES = 7 * 1024 * 1024;

  private static final int MOST_DEPTH = 500;
  private static final int MOST_STRING = 3 * 1024 * 1024;
  private static final int MOST_NUMBER = 400;
  private static final String API_VERSION = "admission.k8s.io/v1";

  private static final JsonFactory LIMITED =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_DEPTH)
                  .maxStringLength(MOST_STRING)
                  .maxNumberLength(MOST_NUMBER)
                  .maxDocumentLength(MOST_BYTES)
                  .build())
          .build();
  private static final ObjectReader TREE =
      JsonMapper.builder(LIMITED)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private ReviewReader() {}

  /**
   * Reads a review.
   *
   * @throws UnreadableReview if the body is none, or goes over a limit
   */
  static AdmissionRequest read(byte[] body) throws UnreadableReview {
    JsonNode review = tree(body);
    if (!review.path("kind").asText("").equals("AdmissionReview")) {
      throw UnreadableReview.malformed("the body is no AdmissionReview");
    }
    if (!review.path("apiVersion").asText("").equals(API_VERSION)) {
      throw UnreadableReview.malformed("apiVersion must be " + API_VERSION);
    }
    return request(review.path("request"));
  }

  private static JsonNode tree(byte[] body) throws UnreadableReview {
    try {
      return TREE.readTree(body);
    } catch (StreamConstraintsException e) {
      throw UnreadableReview.overLimit(limitOf(e), uid(body));
    } catch (JsonProcessingException e) {
      throw UnreadableReview.malformed(
          "the body is not JSON: line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static String limitOf(StreamConstraintsException e) {
    String text = e.getOriginalMessage();
    if (text.contains("depth")) {
      return "nested deeper than " + MOST_DEPTH + " levels";
    }
    if (text.contains("Number")) {
      return "a number has more than " + MOST_NUMBER + " digits";
    }
    return "a name or string is longer than allowed";
  }

  /** Returns the request's uid if it can be read without reading what goes over a limit. */
  static Optional<String> uid(byte[] body) {
    try (JsonParser parser = LIMITED.createParser(body)) {
      boolean inRequest = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        int depth = parser.getParsingContext().getNestingDepth();
        if (token != JsonToken.FIELD_NAME) {
          continue;
        }
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (depth == 1) {
          inRequest = name.equals("request");
        } else if (depth == 2
            && inRequest
            && name.equals("uid")
            && value == JsonToken.VALUE_STRING) {
          return Optional.of(parser.getText());
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static AdmissionRequest request(JsonNode request) throws UnreadableReview {
    String uid = required(request, "uid");
    String operation = required(request, "operation");
    JsonNode object = request.path("object");
    JsonNode gvk = request.path("kind");
    String group = gvk.path("group").asText("");
    String version = gvk.path("version").asText("");
    String apiVersion = group.isEmpty() ? version : group + "/" + version;
    Kind kind = Kind.of(apiVersion, gvk.path("kind").asText(""));
    boolean needed = operation.equals("CREATE") || operation.equals("UPDATE");
    if (needed && !object.isObject()) {
      throw UnreadableReview.malformed("request.object is missing");
    }
    return new AdmissionRequest(
        uid,
        operation,
        kind,
        request.path("subResource").asText(""),
        request.path("dryRun").asBoolean(false),
        requester(request.path("userInfo")),
        resource(request, object),
        resource(request, request.path("oldObject")));
  }

  private static Optional<Resource> resource(JsonNode request, JsonNode object) {
    if (!object.isObject()) {
      return Optional.empty();
    }
    String apiVersion = object.path("apiVersion").asText("");
    Kind kind = Kind.of(apiVersion, object.path("kind").asText(""));
    JsonNode metadata = object.path("metadata");
    String name = metadata.path("name").asText("");
    if (name.isEmpty()) {
      name = request.path("name").asText("");
    }
    if (name.isEmpty()) {
      name = metadata.path("generateName").asText("");
    }
    String namespace = kind.namespaced() ? request.path("namespace").asText("") : "";
    ObjectRef ref = new ObjectRef(apiVersion, kind, namespace, name);
    return Optional.of(new Resource(ref, object, Origin.NONE));
  }

  private static Requester requester(JsonNode userInfo) {
    Set<String> groups = new LinkedHashSet<>();
    userInfo.path("groups").forEach(group -> groups.add(group.asText("")));
    return new Requester(userInfo.path("username").asText(""), groups);
  }

  private static String required(JsonNode request, String field) throws UnreadableReview {
    JsonNode value = request.path(field);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw UnreadableReview.malformed("request." + field + " is missing");
    }
    return value.textValue();
  }
}
