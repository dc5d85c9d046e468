package io.meshguard.bench;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of a load: the same review under ever new uids, as an API server sends it when
 * somebody applies an object again; or reviews of ever new objects.
 */
final class Bodies {

  private static final String UID = "\"705ab4f5-";
  private static final String OBJECT_UID = "\"00000000-";
  private static final int DIGITS = 8;

  private final byte[] review;
  private final int uidAt;
  private final int objectAt;
  private final AtomicInteger number = new AtomicInteger();

  private Bodies(byte[] review, int uidAt, int objectAt) {
    this.review = review;
    this.uidAt = uidAt;
    this.objectAt = objectAt;
  }

  /** Returns the same review again and again. */
  static Bodies again(byte[] review) {
    return new Bodies(review, at(review, UID), -1);
  }

  /** Returns reviews of which none is like another. */
  static Bodies fresh(byte[] review) {
    return new Bodies(review, at(review, UID), at(review, OBJECT_UID));
  }

  private static int at(byte[] review, String start) {
    int at = new String(review, StandardCharsets.ISO_8859_1).indexOf(start);
    if (at < 0) {
      throw new IllegalArgumentException("no " + start);
    }
    return at + 1;
  }

  /** Returns the length of every body. */
  int length() {
    return review.length;
  }

  /** Writes the next body to a place in a buffer. */
  void next(byte[] buffer, int offset) {
    System.arraycopy(review, 0, buffer, offset, review.length);
    int next = number.incrementAndGet();
    write(next, buffer, offset + uidAt);
    if (objectAt >= 0) {
      write(next, buffer, offset + objectAt);
    }
  }

  private static void write(int number, byte[] buffer, int at) {
    int rest = number;
    for (int i = DIGITS - 1; i >= 0; i--) {
      buffer[at + i] = (byte) Character.forDigit(rest & 15, 16);
      rest >>>= 4;
    }
  }
}
