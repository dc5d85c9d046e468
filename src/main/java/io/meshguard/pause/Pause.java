package io.meshguard.pause;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * A time in which every request is allowed.
 *
 * @param until when it ends by itself
 * @param by who began it, as they say themselves
 * @param reason why; may be empty
 * @param hard whether API servers were told not to call the webhook at all
 */
public record Pause(Instant until, String by, String reason, boolean hard) {

  /** Name of the ConfigMap that holds it, in Meshguard's namespace. */
  public static final String CONFIG_MAP = "meshguard-pause";

  /** A pause is for an emergency; who wants more than this wants another policy. */
  public static final Duration LONGEST = Duration.ofHours(24);

  private static final String UNTIL = "until";
  private static final String BY = "by";
  private static final String REASON = "reason";
  private static final String HARD = "hard";

  /**
   * Reads the data of the ConfigMap.
   *
   * @throws UnreadablePause if it says nothing that could be a pause
   */
  public static Pause read(Map<String, String> data) throws UnreadablePause {
    String until = data.get(UNTIL);
    if (until == null) {
      throw new UnreadablePause("it has no key \"until\"");
    }
    String hard = data.getOrDefault(HARD, "false");
    if (!hard.equals("true") && !hard.equals("false")) {
      throw new UnreadablePause("\"hard\" is neither true nor false");
    }
    try {
      return new Pause(
          Instant.parse(until.strip()),
          data.getOrDefault(BY, ""),
          data.getOrDefault(REASON, ""),
          hard.equals("true"));
    } catch (DateTimeException e) {
      throw new UnreadablePause("\"until\" is not a time such as 2026-03-01T02:00:00Z");
    }
  }

  /** Returns the data of the ConfigMap. */
  public Map<String, String> data() {
    Map<String, String> data = new TreeMap<>();
    data.put(UNTIL, until.toString());
    data.put(BY, by);
    data.put(REASON, reason);
    data.put(HARD, Boolean.toString(hard));
    return data;
  }

  /** Returns whether it is in force. */
  public boolean active(Instant now) {
    return now.isBefore(until);
  }
}
