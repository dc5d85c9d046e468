package io.meshguard.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.Patches;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an API server is told about a request.
 *
 * @param uid uid of the request
 * @param denial why the request is refused; empty where it is allowed
 * @param warnings what the user is told besides
 * @param patch what is to be changed in the object
 * @param audit what goes to the audit log of the API server; keys without a prefix
 */
record AdmissionResponse(
    String uid,
    Optional<String> denial,
    List<String> warnings,
    List<PatchOp> patch,
    Map<String, String> audit) {

  private static final ObjectWriter WRITER = JsonMapper.builder().build().writer();

  /** Unprocessable: the one code that no other part of an API server answers an apply with. */
  private static final int REFUSED = 422;

  AdmissionResponse {
    warnings = List.copyOf(warnings);
    patch = List.copyOf(patch);
    audit = Collections.unmodifiableSortedMap(new TreeMap<>(audit));
  }

  /** Allows a request and says nothing. */
  static AdmissionResponse allowed(String uid) {
    return new AdmissionResponse(uid, Optional.empty(), List.of(), List.of(), Map.of());
  }

  /** Allows a request with one warning. */
  static AdmissionResponse allowed(String uid, String warning) {
    return new AdmissionResponse(uid, Optional.empty(), List.of(warning), List.of(), Map.of());
  }

  /** Refuses a request. */
  static AdmissionResponse denied(String uid, String message) {
    return new AdmissionResponse(uid, Optional.of(message), List.of(), List.of(), Map.of());
  }

  /** Returns the AdmissionReview that says it, in JSON. */
  byte[] toJson() {
    try {
      return WRITER.writeValueAsBytes(tree());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * kubectl prints the message alone only where reason and details are unset: with reason {@code
   * Invalid} it prints none (k8s.io/kubectl pkg/cmd/util/helpers.go).
   */
  private JsonNode tree() {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode response = review.putObject("response");
    response.put("uid", uid).put("allowed", denial.isEmpty());
    denial.ifPresent(
        message -> response.putObject("status").put("code", REFUSED).put("message", message));
    if (!warnings.isEmpty()) {
      warnings.forEach(response.putArray("warnings")::add);
    }
    if (!patch.isEmpty()) {
      String document = Patches.toJson(patch).toString();
      response.put("patchType", "JSONPatch");
      response.put("patch", document.getBytes(StandardCharsets.UTF_8));
    }
    if (!audit.isEmpty()) {
      ObjectNode annotations = response.putObject("auditAnnotations");
      audit.forEach(annotations::put);
    }
    return review;
  }
}
