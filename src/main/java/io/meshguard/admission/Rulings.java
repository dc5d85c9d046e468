package io.meshguard.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/**
 * Remembers what was ruled, so that whoever asks the same again and again gets the answer for next
 * to nothing: a controller that applies an object in a loop, a GitOps tool that retries what was
 * refused. Such loops are what loads a webhook. Never used once the policy or anything in the mesh
 * is different.
 */
final class Rulings {

  /** Larger bodies are rare, and comparing them takes time on a thread that serves connections. */
  private static final int MOST_BYTES = 64 * 1024;

  private static final long MOST_BYTES_TOGETHER = 2 * 1024 * 1024;

  /** What others may do is known to be right for about as long. */
  private static final Duration LIFE = Duration.ofMinutes(1);

  private final Cache<Key, Kept> kept;

  Rulings(Ticker ticker) {
    kept =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumWeight(MOST_BYTES_TOGETHER)
            .weigher((Key key, Kept value) -> key.body().length())
            .expireAfterWrite(LIFE)
            .build();
  }

  private record Key(String entry, Body body) {}

  private record Kept(Object grounds, Ruling ruling) {}

  /** Returns the body as something to remember a ruling by; empty for one that is not worth it. */
  static Optional<Body> body(byte[] bytes) {
    return bytes.length > MOST_BYTES ? Optional.empty() : Body.of(bytes);
  }

  /** Returns the ruling on an equal body on the same grounds. */
  Optional<Ruling> find(Entry entry, Body body, Object grounds) {
    Kept found = kept.getIfPresent(new Key(entry.name(), body));
    return found != null && found.grounds().equals(grounds)
        ? Optional.of(found.ruling())
        : Optional.empty();
  }

  /**
   * Remembers a ruling.
   *
   * @param grounds what it rests on, as it was before the request was looked at
   */
  void keep(Entry entry, Body body, Object grounds, Ruling ruling) {
    if (ruling.lasting()) {
      kept.put(new Key(entry.name(), body), new Kept(grounds, ruling));
    }
  }
}
