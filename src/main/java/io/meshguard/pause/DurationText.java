package io.meshguard.pause;

import java.time.Duration;

/** Spans of time as people write them: {@code 30m}, {@code 2h}, {@code 1h30m}, {@code 90s}. */
public final class DurationText {

  private static final String UNITS = "hms";
  private static final int MOST_DIGITS = 6;

  private DurationText() {}

  /**
   * Reads a span.
   *
   * @throws IllegalArgumentException if it is none, or nothing; the message says so
   */
  public static Duration parse(String text) {
    Duration sum = Duration.ZERO;
    int last = -1;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        continue;
      }
      int unit = UNITS.indexOf(c);
      int digits = i - start;
      if (unit <= last || digits == 0 || digits > MOST_DIGITS) {
        throw unusable(text);
      }
      sum = sum.plus(of(Long.parseLong(text, start, i, 10), unit));
      last = unit;
      start = i + 1;
    }
    if (start < text.length() || sum.isZero()) {
      throw unusable(text);
    }
    return sum;
  }

  /** Writes a span as {@link #parse} reads it, without fractions of a second. */
  public static String text(Duration span) {
    if (span.compareTo(Duration.ofSeconds(1)) < 0) {
      return "0s";
    }
    String hours = span.toHours() == 0 ? "" : span.toHours() + "h";
    String minutes = span.toMinutesPart() == 0 ? "" : span.toMinutesPart() + "m";
    String seconds = span.toSecondsPart() == 0 ? "" : span.toSecondsPart() + "s";
    return hours + minutes + seconds;
  }

  private static Duration of(long number, int unit) {
    return switch (unit) {
      case 0 -> Duration.ofHours(number);
      case 1 -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }

  private static IllegalArgumentException unusable(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is not a duration such as 30m, 2h or 1h30m");
  }
}
