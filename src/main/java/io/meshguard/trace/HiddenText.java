package io.meshguard.trace;

import io.meshguard.match.ValueMatch;

/** Values of credentials that an export of a mesh hides: {@code hidden-000001}. */
final class HiddenText {

  private static final String PREFIX = "hidden-";
  private static final int DIGITS = 6;

  private HiddenText() {}

  /** Returns whether a test compares with such a value, so that nobody can tell what it takes. */
  static boolean isIn(ValueMatch test) {
    if (test instanceof ValueMatch.Exact exact) {
      return isHidden(exact.text());
    }
    if (test instanceof ValueMatch.Prefix prefix) {
      return isHidden(prefix.text());
    }
    if (test instanceof ValueMatch.Regex regex) {
      return isHidden(regex.pattern());
    }
    return test instanceof ValueMatch.OrEmpty orEmpty && isIn(orEmpty.inner());
  }

  private static boolean isHidden(String text) {
    return text.length() == PREFIX.length() + DIGITS
        && text.startsWith(PREFIX)
        && text.substring(PREFIX.length()).chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
