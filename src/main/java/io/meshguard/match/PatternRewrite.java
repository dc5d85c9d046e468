package io.meshguard.match;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/** Replaces what a pattern takes of a path, as RE2 does. */
public final class PatternRewrite {

  private PatternRewrite() {}

  /**
   * Returns a path of which each part that a pattern takes is replaced.
   *
   * @param substitution what stands instead; {@code \1} is what the first group took
   * @return empty where the pattern or the substitution is not legal
   */
  public static Optional<String> apply(String pattern, String substitution, String path) {
    try {
      Matcher matcher = Pattern.compile(pattern).matcher(path);
      StringBuilder out = new StringBuilder();
      int from = 0;
      while (from <= path.length() && matcher.find()) {
        if (matcher.start() < from) {
          continue;
        }
        out.append(path, from, matcher.start());
        if (!substitute(substitution, matcher, out)) {
          return Optional.empty();
        }
        from = matcher.end();
      }
      return Optional.of(out.append(path.substring(from)).toString());
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean substitute(String substitution, Matcher matcher, StringBuilder out) {
    int i = 0;
    while (i < substitution.length()) {
      char c = substitution.charAt(i);
      if (c != '\\') {
        out.append(c);
        i++;
        continue;
      }
      char next = i + 1 < substitution.length() ? substitution.charAt(i + 1) : ' ';
      i += 2;
      if (next == '\\') {
        out.append('\\');
      } else if (next >= '0' && next <= '9' && next - '0' <= matcher.groupCount()) {
        String group = matcher.group(next - '0');
        out.append(group == null ? "" : group);
      } else {
        return false;
      }
    }
    return true;
  }
}
