package io.meshguard.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** AdmissionReviews for tests. */
final class Reviews {

  static final String UID = "705ab4f5-6393-11e8-b7cc-42010a800002";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Reviews() {}

  /** Returns a CREATE of a VirtualService shop/shop with a spec. */
  static ObjectNode create(String spec) {
    return json(
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{
          "uid":"%s",
          "kind":{"group":"networking.istio.io","version":"v1","kind":"VirtualService"},
          "resource":{"group":"networking.istio.io","version":"v1","resource":"virtualservices"},
          "requestKind":{"group":"networking.istio.io","version":"v1","kind":"VirtualService"},
          "name":"shop","namespace":"shop","operation":"CREATE",
          "userInfo":{"username":"jane","groups":["system:authenticated"]},
          "object":{"apiVersion":"networking.istio.io/v1","kind":"VirtualService",
            "metadata":{"name":"shop","namespace":"shop"},"spec":%s},
          "oldObject":null,"dryRun":false,"options":null}}
        """
            .formatted(UID, spec));
  }

  static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static ObjectNode request(ObjectNode review) {
    return (ObjectNode) review.path("request");
  }

  static ObjectNode object(ObjectNode review) {
    return (ObjectNode) review.at("/request/object");
  }

  static byte[] bytes(JsonNode review) {
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }

  static AdmissionRequest read(JsonNode review) {
    try {
      return ReviewReader.read(bytes(review));
    } catch (UnreadableReview e) {
      throw new IllegalArgumentException(e);
    }
  }
}
