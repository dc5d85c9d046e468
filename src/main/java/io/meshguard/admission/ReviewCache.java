package io.meshguard.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/**
 * Remembers what was decided, so that whoever asks the same again and again gets the answer for
 * next to nothing: a controller that applies an object in a loop, a GitOps tool that retries what
 * was refused. Such loops are what loads a webhook. Never used once the policy or anything in the
 * mesh is different.
 */
final class ReviewCache {

  /** Larger bodies are rare, and comparing them takes time on a thread that serves connections. */
  private static final int MOST_BYTES = 64 * 1024;

  /** What is remembered besides the body grows with them. */
  private static final int MOST_FINDINGS = 100;

  private static final long MOST_BYTES_TOGETHER = 3 * 1024 * 1024;

  private static final int ROOM_OF_RESULT = 4 * 1024;

  /** What others may do is known to be right for about as long. */
  private static final Duration LIFE = Duration.ofMinutes(1);

  private final Cache<Key, Kept> kept;

  ReviewCache(Ticker ticker) {
    kept =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumWeight(MOST_BYTES_TOGETHER)
            .weigher((Key key, Kept value) -> key.body().length() + ROOM_OF_RESULT)
            .expireAfterWrite(LIFE)
            .build();
  }

  private record Key(String handler, ReviewCacheKey body) {}

  private record Kept(Object grounds, ReviewResult result) {}

  /** Returns the body as something to remember a result by; empty for one not worth it. */
  static Optional<ReviewCacheKey> key(byte[] body, ReviewHead head) {
    return body.length > MOST_BYTES ? Optional.empty() : ReviewCacheKey.of(body, head);
  }

  /** Returns the result for an equal body on the same grounds. */
  Optional<ReviewResult> find(AdmissionHandler handler, ReviewCacheKey body, Object grounds) {
    Kept found = kept.getIfPresent(new Key(handler.name(), body));
    return found != null && found.grounds().equals(grounds)
        ? Optional.of(found.result())
        : Optional.empty();
  }

  /**
   * Remembers a result, if it is one that lasts and takes little room.
   *
   * @param grounds what it rests on, as it was before the request was looked at
   */
  void keep(AdmissionHandler handler, ReviewCacheKey body, Object grounds, ReviewResult result) {
    if (result.lasting() && result.summary().findings().size() <= MOST_FINDINGS) {
      kept.put(new Key(handler.name(), body), new Kept(grounds, result));
    }
  }
}
