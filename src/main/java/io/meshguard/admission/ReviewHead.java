package io.meshguard.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the start of a review tells without the objects being read: an API server writes kind,
 * apiVersion and request, and in the request the uid first and the namespace before the objects
 * (k8s.io/api/admission/v1 AdmissionRequest).
 *
 * @param uid uid of the request; empty where it does not stand at the start
 * @param uidAt where the uid begins in the body, in bytes; negative where it is written with
 *     escapes, or not at all
 * @param namespace namespace of the request; empty for an object that has none
 */
record ReviewHead(String uid, int uidAt, String namespace) {

  /** Enough for kind, resource, requestKind and requestResource, which stand in between. */
  private static final int MOST_TOKENS = 100;

  /** An API server needs a fraction of it for what stands before the objects. */
  private static final int MOST_BYTES = 16 * 1024;

  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  /** Reads the start of a body, which may be cut off anywhere and may be no review at all. */
  static ReviewHead of(byte[] body) {
    String uid = "";
    int uidAt = -1;
    String namespace = "";
    try (JsonParser parser = FACTORY.createParser(body, 0, Math.min(body.length, MOST_BYTES))) {
      boolean inRequest = false;
      JsonToken token = parser.nextToken();
      for (int i = 0; i < MOST_TOKENS && token != null; i++) {
        int depth = parser.getParsingContext().getNestingDepth();
        if (token == JsonToken.FIELD_NAME && depth == 1) {
          inRequest = parser.currentName().equals("request");
        } else if (token == JsonToken.FIELD_NAME && depth == 2 && inRequest) {
          String name = parser.currentName();
          token = parser.nextToken();
          if (name.equals("object") || name.equals("oldObject") || name.equals("userInfo")) {
            break;
          } else if (name.equals("uid") && token == JsonToken.VALUE_STRING) {
            uid = parser.getText();
            uidAt = plain(body, (int) parser.currentTokenLocation().getByteOffset() + 1, uid);
          } else if (name.equals("namespace") && token == JsonToken.VALUE_STRING) {
            namespace = parser.getText();
          }
          continue;
        }
        token = parser.nextToken();
      }
    } catch (IOException e) {
      return new ReviewHead(uid, uidAt, namespace);
    }
    return new ReviewHead(uid, uidAt, namespace);
  }

  /** Returns the place if the text stands there as it is, and not with escapes. */
  private static int plain(byte[] body, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int to = at + bytes.length;
    boolean found =
        bytes.length > 0
            && to < body.length
            && body[to] == '"'
            && Arrays.equals(bytes, 0, bytes.length, body, at, to);
    return found ? at : -1;
  }

  /** Returns the uid; empty where none is known. */
  Optional<String> knownUid() {
    return uid.isEmpty() ? Optional.empty() : Optional.of(uid);
  }
}
