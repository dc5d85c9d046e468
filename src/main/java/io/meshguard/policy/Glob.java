package io.meshguard.policy;

/**
 * A pattern in which {@code *} stands for any text and {@code ?} for any one character; everything
 * else stands for itself. Matching takes at most pattern length times text length steps.
 *
 * @param pattern the pattern as written
 */
public record Glob(String pattern) {

  /** Returns whether a whole text matches. */
  public boolean matches(String text) {
    int at = 0;
    int pat = 0;
    int star = -1;
    int retry = 0;
    while (at < text.length()) {
      char want = pat < pattern.length() ? pattern.charAt(pat) : '\0';
      if (pat < pattern.length() && want == '*') {
        star = pat++;
        retry = at;
      } else if (pat < pattern.length() && (want == '?' || want == text.charAt(at))) {
        pat++;
        at++;
      } else if (star >= 0) {
        pat = star + 1;
        at = ++retry;
      } else {
        return false;
      }
    }
    while (pat < pattern.length() && pattern.charAt(pat) == '*') {
      pat++;
    }
    return pat == pattern.length();
  }

  /** Returns whether the pattern stands for exactly one text. */
  boolean literal() {
    return pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0;
  }

  @Override
  public String toString() {
    return pattern;
  }
}
