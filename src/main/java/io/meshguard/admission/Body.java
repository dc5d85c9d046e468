package io.meshguard.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The body of a review, equal to every other that differs from it in the uid of the request alone.
 */
final class Body {

  /** An API server writes kind, apiVersion and request, and in the request the uid first. */
  private static final int MOST_TOKENS = 12;

  private static final JsonFactory FACTORY = new JsonFactory();

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final int hash;

  private Body(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, from);
    sum.update(bytes, to, bytes.length - to);
    this.hash = (int) sum.getValue();
  }

  /** Returns the body; empty where its uid does not stand where an API server puts it. */
  static Optional<Body> of(byte[] bytes) {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      boolean inRequest = false;
      for (int i = 0; i < MOST_TOKENS; i++) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.FIELD_NAME && !inRequest) {
          inRequest = parser.currentName().equals("request");
        } else if (token == JsonToken.FIELD_NAME && parser.currentName().equals("uid")) {
          return parser.nextToken() == JsonToken.VALUE_STRING
              ? at(bytes, (int) parser.currentTokenLocation().getByteOffset() + 1, parser.getText())
              : Optional.empty();
        } else if (token == null) {
          return Optional.empty();
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The text is compared, for it may be written with escapes. */
  private static Optional<Body> at(byte[] bytes, int from, String uid) {
    byte[] plain = uid.getBytes(StandardCharsets.UTF_8);
    int to = from + plain.length;
    boolean found =
        plain.length > 0
            && to < bytes.length
            && bytes[to] == '"'
            && Arrays.equals(plain, 0, plain.length, bytes, from, to);
    return found ? Optional.of(new Body(bytes, from, to)) : Optional.empty();
  }

  /** Returns the uid of the request. */
  String uid() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** Returns the number of bytes. */
  int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Body body
        && body.hash == hash
        && Arrays.equals(bytes, 0, from, body.bytes, 0, body.from)
        && Arrays.equals(bytes, to, bytes.length, body.bytes, body.to, body.bytes.length);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
