package io.meshguard.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.mesh.Requester;
import io.meshguard.resource.JsonLimitException;
import io.meshguard.resource.JsonReader;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectLimits;
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

  /**
   * The most that an API server sends of what can be stored. etcd takes requests of 1.5 MiB by
   * default ({@code --max-request-bytes}); as JSON that can be six times as much, for Go writes
   * {@code <}, {@code >}, {@code &} and control characters as {@code \\u003c} (encoding/json,
   * HTMLEscape); and an update sends the object before and after.
   */
  static final int MOST_BYTES = 20 * 1024 * 1024;

  /** Object, old object, and what is around them. */
  private static final int MOST_NODES = 2 * ObjectLimits.MOST_NODES + 10_000;

  /** The object stands three levels deep. */
  private static final int MOST_DEPTH = ObjectLimits.MOST_DEPTH + 3;

  private static final String API_VERSION = "admission.k8s.io/v1";

  private static final JsonReader READER = new JsonReader(MOST_NODES, MOST_DEPTH, MOST_BYTES);

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
      return READER.read(body);
    } catch (JsonLimitException e) {
      throw UnreadableReview.overLimit(ReviewLimit.of(e.limit()));
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
