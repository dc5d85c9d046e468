package io.meshguard.admission;

import io.meshguard.resource.JsonLimitException.Limit;
import java.util.Locale;

/** What a review can have too much of to be looked at. */
enum ReviewLimit {
  /** The whole body. */
  BYTES,
  /** Lists, maps and values. */
  NODES,
  /** Levels of lists and maps in each other. */
  DEPTH,
  /** Characters of one string, name or number. */
  LENGTH;

  static ReviewLimit of(Limit limit) {
    return switch (limit) {
      case NODES -> NODES;
      case DEPTH -> DEPTH;
      case LENGTH -> LENGTH;
    };
  }

  /** Returns the word that stands for it in metrics and keys of messages. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
