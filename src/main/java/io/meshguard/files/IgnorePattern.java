package io.meshguard.files;

import java.util.Optional;

/**
 * One line of a .gitignore or .meshguardignore file.
 *
 * @param glob the pattern without its marks
 * @param negated whether what matches is kept after all
 * @param directoriesOnly whether it is about directories only
 * @param anchored whether it is about the whole path and not about any one name in it
 */
record IgnorePattern(String glob, boolean negated, boolean directoriesOnly, boolean anchored) {

  /** Returns the pattern of a line; empty for a comment or an empty line. */
  static Optional<IgnorePattern> parse(String line) {
    String glob = line.endsWith("\\ ") ? line : line.stripTrailing();
    if (glob.isEmpty() || glob.startsWith("#")) {
      return Optional.empty();
    }
    boolean negated = glob.startsWith("!");
    glob = negated ? glob.substring(1) : glob;
    boolean directoriesOnly = glob.endsWith("/");
    glob = directoriesOnly ? glob.substring(0, glob.length() - 1) : glob;
    boolean anchored = glob.indexOf('/') >= 0;
    glob = glob.startsWith("/") ? glob.substring(1) : glob;
    return glob.isEmpty()
        ? Optional.empty()
        : Optional.of(new IgnorePattern(glob, negated, directoriesOnly, anchored));
  }

  /**
   * Returns whether the pattern is about a file.
   *
   * @param path its path below the directory of the ignore file, with slashes
   */
  boolean matches(String path, boolean directory) {
    if (directoriesOnly && !directory) {
      return false;
    }
    String subject = anchored ? path : path.substring(path.lastIndexOf('/') + 1);
    return new Glob(glob).matches(subject);
  }

  /** Matches without going back more than to the last star of each kind, so in bounded time. */
  private record Glob(String pattern) {

    boolean matches(String text) {
      boolean[] reachable = new boolean[text.length() + 1];
      reachable[0] = true;
      int at = 0;
      while (at < pattern.length()) {
        at = step(at, text, reachable);
      }
      return reachable[text.length()];
    }

    /** Takes one element of the pattern: from the ends it may start at to those it may reach. */
    private int step(int at, String text, boolean[] ends) {
      char c = pattern.charAt(at);
      if (pattern.startsWith("**/", at) && (at == 0 || pattern.charAt(at - 1) == '/')) {
        anyDirectories(text, ends);
        return at + 3;
      }
      if (c == '*') {
        boolean slashes = pattern.startsWith("**", at);
        anything(text, ends, slashes);
        return at + (slashes ? 2 : 1);
      }
      int close = c == '[' ? classEnd(at) : -1;
      int next = close >= 0 ? close + 1 : c == '\\' && at + 1 < pattern.length() ? at + 2 : at + 1;
      for (int i = text.length(); i >= 0; i--) {
        ends[i] = i > 0 && ends[i - 1] && takes(at, close, text.charAt(i - 1));
      }
      return next;
    }

    private boolean takes(int at, int close, char c) {
      char element = pattern.charAt(at);
      if (close >= 0) {
        return c != '/' && inClass(at + 1, close, c);
      }
      if (element == '\\' && at + 1 < pattern.length()) {
        return c == pattern.charAt(at + 1);
      }
      return element == '?' ? c != '/' : c == element;
    }

    private static void anything(String text, boolean[] ends, boolean slashes) {
      for (int i = 1; i <= text.length(); i++) {
        ends[i] |= ends[i - 1] && (slashes || text.charAt(i - 1) != '/');
      }
    }

    private static void anyDirectories(String text, boolean[] ends) {
      boolean open = false;
      for (int i = 0; i <= text.length(); i++) {
        boolean start = ends[i];
        ends[i] = start || (open && i > 0 && text.charAt(i - 1) == '/');
        open |= start;
      }
    }

    private int classEnd(int open) {
      int from = open + 1;
      if (from < pattern.length() && "!^".indexOf(pattern.charAt(from)) >= 0) {
        from++;
      }
      return pattern.indexOf(']', from + 1);
    }

    private boolean inClass(int from, int close, char c) {
      boolean not = "!^".indexOf(pattern.charAt(from)) >= 0;
      boolean in = false;
      for (int i = not ? from + 1 : from; i < close; i++) {
        char low = pattern.charAt(i);
        boolean range = i + 2 < close && pattern.charAt(i + 1) == '-';
        char high = range ? pattern.charAt(i + 2) : low;
        in |= c >= low && c <= high;
        i += range ? 2 : 0;
      }
      return in != not;
    }
  }
}
