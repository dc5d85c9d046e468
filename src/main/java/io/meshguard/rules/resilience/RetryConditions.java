package io.meshguard.rules.resilience;

import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Nearest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The words of a {@code retryOn}. Istio's webhook takes each part as it is written and wants a word
 * of its list or a status with a name (istio pkg/config/validation/validation.go {@code
 * validateHTTPRetry} @1.30.3); Envoy drops blanks and empty parts, and ignores words that it does
 * not know.
 *
 * @param parts the parts between the commas, as they are written
 */
record RetryConditions(List<String> parts) {

  private static final Set<String> ALWAYS =
      Set.of(
          "5xx",
          "gateway-error",
          "reset",
          "connect-failure",
          "retriable-4xx",
          "refused-stream",
          "retriable-status-codes",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

  /** Words that are not known to the versions before one. */
  private static final Map<String, VersionRange> TOO_OLD =
      Map.of(
          "retriable-headers", VersionRange.before("1.9"),
          "envoy-ratelimited", VersionRange.before("1.9"),
          "reset-before-request", VersionRange.before("1.23"),
          "http3-post-connect-failure", VersionRange.before("1.23"));

  private static final Set<String> WORDS = words();

  /** Statuses that Go has a name for (net/http {@code StatusText}). */
  private static final List<Codes> NAMED =
      List.of(
          new Codes(100, 103),
          new Codes(200, 208),
          new Codes(226, 226),
          new Codes(300, 305),
          new Codes(307, 308),
          new Codes(400, 418),
          new Codes(421, 426),
          new Codes(428, 429),
          new Codes(431, 431),
          new Codes(451, 451),
          new Codes(500, 508),
          new Codes(510, 511));

  /** The FAQ's own spelling. */
  private static final String MISSPELT = "retryable-";

  private static final int LONGEST_NUMBER = 9;

  RetryConditions {
    parts = List.copyOf(parts);
  }

  static RetryConditions of(String retryOn) {
    return new RetryConditions(List.of(retryOn.split(",", -1)));
  }

  /** Returns whether a part is empty or has blanks around it. */
  boolean isPadded() {
    return parts.stream().anyMatch(part -> part.isEmpty() || !part.equals(part.strip()));
  }

  /** Returns the parts as Envoy gets them: each once, without blanks, and no empty ones. */
  Set<String> distinct() {
    Set<String> words = new LinkedHashSet<>();
    for (String part : parts) {
      Deadline.check();
      String word = part.strip();
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /** Returns for which versions a part is neither a word nor a status. */
  static Applicability unknown(String part, Versions istio) {
    if (ALWAYS.contains(part) || isStatus(part)) {
      return Applicability.NOWHERE;
    }
    VersionRange old = TOO_OLD.get(part);
    return old == null ? Applicability.EVERYWHERE : istio.in(old);
  }

  /** Returns whether some version knows a part as a word. */
  static boolean isWord(String part) {
    return WORDS.contains(part);
  }

  /** Returns whether a part is a number, which Go may read with a sign and zeros in front. */
  static boolean isNumber(String part) {
    boolean signed = part.startsWith("+") || part.startsWith("-");
    String digits = signed ? part.substring(1) : part;
    return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Returns whether a part is a status to retry on. */
  static boolean isStatus(String part) {
    if (part.length() > LONGEST_NUMBER || !isNumber(part)) {
      return false;
    }
    int code = Integer.parseInt(part);
    return NAMED.stream().anyMatch(range -> range.first() <= code && code <= range.last());
  }

  /** Returns the word that a part surely means; empty where it is right or nothing is sure. */
  static Optional<String> meant(String part) {
    String lower = part.toLowerCase(Locale.ROOT);
    String word =
        lower.startsWith(MISSPELT) ? "retriable-" + lower.substring(MISSPELT.length()) : lower;
    return Optional.of(word).filter(w -> isWord(w) && !w.equals(part));
  }

  /** Returns a word that a part may mean. */
  static Optional<String> similar(String part) {
    return isNumber(part) ? Optional.empty() : meant(part).or(() -> Nearest.to(part, WORDS));
  }

  /** Returns the text in which every part is spelled as it is surely meant. */
  String mended() {
    return String.join(",", distinct().stream().map(w -> meant(w).orElse(w)).distinct().toList());
  }

  private static Set<String> words() {
    Set<String> words = new TreeSet<>(ALWAYS);
    words.addAll(TOO_OLD.keySet());
    return words;
  }

  private record Codes(int first, int last) {}
}
