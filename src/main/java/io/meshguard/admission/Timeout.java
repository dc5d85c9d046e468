package io.meshguard.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a caller waits, as an API server writes it behind {@code ?timeout=}. */
final class Timeout {

  /** What webhook configurations of Meshguard ask for. */
  static final Duration DEFAULT = Duration.ofSeconds(3);

  /** An API server allows a webhook no more than 30 s. */
  private static final int MOST_SECONDS = 30;

  private Timeout() {}

  /**
   * Returns when an answer must be on its way: a fifth of the time that the caller waits is left
   * for the way there and back.
   *
   * @param text {@code 3s}; anything else counts as {@link #DEFAULT}
   */
  static Duration deadline(@Nullable String text) {
    return read(text).multipliedBy(4).dividedBy(5);
  }

  private static Duration read(@Nullable String text) {
    if (text == null || !isPlain(text)) {
      return DEFAULT;
    }
    int seconds = Integer.parseInt(text, 0, text.length() - 1, 10);
    return seconds < 1 || seconds > MOST_SECONDS ? DEFAULT : Duration.ofSeconds(seconds);
  }

  private static boolean isPlain(String text) {
    return text.length() >= 2
        && text.length() <= 3
        && text.endsWith("s")
        && text.chars().limit(text.length() - 1L).allMatch(c -> c >= '0' && c <= '9');
  }
}
