package io.meshguard.mesh;

import java.util.Comparator;
import java.util.Optional;

/**
 * A release version, without pre-release and build parts.
 *
 * @param major first number
 * @param minor second number
 * @param patch third number, 0 where the text has none
 */
public record Version(int major, int minor, int patch) implements Comparable<Version> {

  private static final Comparator<Version> ORDER =
      Comparator.comparingInt(Version::major)
          .thenComparingInt(Version::minor)
          .thenComparingInt(Version::patch);

  /**
   * Reads a version from text such as {@code 1.24.3}, {@code v1.30.2-tke.4}, {@code 1.22} or a
   * revision name such as {@code 1-8-1}; empty where the text does not begin with one.
   */
  public static Optional<Version> parse(String text) {
    int[] numbers = new int[3];
    int count = 0;
    int at = text.startsWith("v") ? 1 : 0;
    while (count < 3) {
      int start = at;
      while (at < text.length() && at - start < 6 && isDigit(text.charAt(at))) {
        at++;
      }
      if (at == start) {
        break;
      }
      numbers[count++] = Integer.parseInt(text, start, at, 10);
      if (at >= text.length() || (text.charAt(at) != '.' && text.charAt(at) != '-')) {
        break;
      }
      at++;
    }
    return count < 2
        ? Optional.empty()
        : Optional.of(new Version(numbers[0], numbers[1], numbers[2]));
  }

  /** Returns the version that a text such as {@code 1.24} names; for constants. */
  public static Version of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no version: " + text));
  }

  /** Returns whether this version is lower than another. */
  public boolean isBefore(Version other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
