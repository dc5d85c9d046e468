package io.meshguard.policy;

import io.meshguard.mesh.Version;
import java.util.Optional;

/**
 * Reads versions that somebody wrote down: {@code 1.24}, {@code v1.24.3}, {@code 1.30.2-tke.4},
 * {@code 1-8-1}. Stricter than {@link Version#parse}, which takes what machines report.
 */
final class VersionText {

  private static final int MOST_DIGITS = 4;

  private final String text;
  private int at;

  private VersionText(String text) {
    this.text = text;
  }

  static Optional<Version> parse(String text) {
    return new VersionText(text).isGood() ? Version.parse(text) : Optional.empty();
  }

  private boolean isGood() {
    at = text.startsWith("v") ? 1 : 0;
    if (!number() || !separator() || !number()) {
      return false;
    }
    int minorEnd = at;
    if (separator() && !number()) {
      at = minorEnd;
    }
    return at == text.length() || ("-+".indexOf(text.charAt(at)) >= 0 && suffix());
  }

  private boolean number() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at > start && at - start <= MOST_DIGITS;
  }

  private boolean separator() {
    boolean here = at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == '-');
    at += here ? 1 : 0;
    return here;
  }

  /** A suffix such as {@code -rc.1}, {@code -tke.4} or {@code +build}. */
  private boolean suffix() {
    return at + 1 < text.length()
        && text.substring(at + 1)
            .chars()
            .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || ".-+_".indexOf(c) >= 0));
  }
}
