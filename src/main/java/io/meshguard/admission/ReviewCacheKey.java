package io.meshguard.admission;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The body of a review, equal to every other that differs from it in the uid of the request alone.
 */
final class ReviewCacheKey {

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final int hash;

  private ReviewCacheKey(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, from);
    sum.update(bytes, to, bytes.length - to);
    this.hash = (int) sum.getValue();
  }

  /** Returns the key of a body; empty where its uid does not stand where an API server puts it. */
  static Optional<ReviewCacheKey> of(byte[] bytes, ReviewHead head) {
    int from = head.uidAt();
    return from < 0
        ? Optional.empty()
        : Optional.of(
            new ReviewCacheKey(
                bytes, from, from + head.uid().getBytes(StandardCharsets.UTF_8).length));
  }

  /** Returns the number of bytes. */
  int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReviewCacheKey key
        && key.hash == hash
        && Arrays.equals(bytes, 0, from, key.bytes, 0, key.from)
        && Arrays.equals(bytes, to, bytes.length, key.bytes, key.to, key.bytes.length);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
