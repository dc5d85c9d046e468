package io.meshguard.istio;

import java.util.Map;
import java.util.OptionalLong;

/**
 * Lengths of time as Go reads them (time.ParseDuration): numbers with units, one behind the other,
 * or a zero alone.
 */
public final class GoDuration {

  private static final Map<String, Double> UNITS =
      Map.of(
          "ns", 1e-6, "us", 1e-3, "µs", 1e-3, "μs", 1e-3, "ms", 1.0, "s", 1e3, "m", 6e4, "h",
          3.6e6);

  /** Nobody writes longer ones, and reading many digits takes long. */
  private static final int LONGEST = 1_000;

  private GoDuration() {}

  /** Returns the length in milliseconds; empty where the text is none. */
  public static OptionalLong millis(String text) {
    if (text.length() > LONGEST) {
      return OptionalLong.empty();
    }
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String rest = signed ? text.substring(1) : text;
    if (rest.equals("0")) {
      return OptionalLong.of(0);
    }
    double sum = 0;
    int at = 0;
    while (at < rest.length()) {
      int number = at;
      while (at < rest.length() && isOfNumber(rest.charAt(at))) {
        at++;
      }
      int unit = at;
      while (at < rest.length() && !isOfNumber(rest.charAt(at))) {
        at++;
      }
      String digits = rest.substring(number, unit);
      Double length = UNITS.get(rest.substring(unit, at));
      if (length == null || !isNumber(digits)) {
        return OptionalLong.empty();
      }
      sum += Double.parseDouble(digits) * length;
    }
    return rest.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of((long) (text.startsWith("-") ? -sum : sum));
  }

  private static boolean isOfNumber(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private static boolean isNumber(String text) {
    long points = text.chars().filter(c -> c == '.').count();
    return points <= 1 && text.length() > points;
  }
}
