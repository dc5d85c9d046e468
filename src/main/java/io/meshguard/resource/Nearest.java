package io.meshguard.resource;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
public final class Nearest {

  /** Longer words are not names of anything here, and comparing them would only cost time. */
  private static final int LONGEST = 80;

  private Nearest() {}

  /**
   * Returns the candidate with the least distance to a word, the first of several; empty where none
   * is near: up to a third of the letters may differ, at least one.
   */
  public static Optional<String> to(String word, Collection<String> candidates) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    return to(word, candidates, Math.max(1, word.length() / 3));
  }

  /**
   * Returns the candidate with the least distance to a word, the first of several; empty where none
   * is near.
   *
   * @param most how many letters may differ
   */
  public static Optional<String> to(String word, Collection<String> candidates, int most) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    String wanted = word.toLowerCase(Locale.ROOT);
    int allowed = most;
    Optional<String> nearest = Optional.empty();
    for (String candidate : candidates) {
      int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
      if (distance <= allowed) {
        allowed = distance - 1;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  /**
   * Returns the first candidate that differs from a word in so few letters, capital letters not
   * counted; a candidate itself is its nearest.
   */
  public static Optional<String> within(int edits, String word, Collection<String> candidates) {
    String wanted = word.length() > LONGEST ? "" : word.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .filter(candidate -> Math.abs(candidate.length() - wanted.length()) <= edits)
        .filter(candidate -> distance(wanted, candidate.toLowerCase(Locale.ROOT)) <= edits)
        .findFirst();
  }

  /** Damerau-Levenshtein distance in its restricted form: no part is edited twice. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] now = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(Math.min(last[j] + 1, now[j - 1] + 1), last[j - 1] + substitution);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          now[j] = Math.min(now[j], beforeLast[j - 2] + 1);
        }
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = now;
      now = spare;
    }
    return last[b.length()];
  }
}
