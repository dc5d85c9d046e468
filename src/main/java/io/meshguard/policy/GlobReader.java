package io.meshguard.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads lists of patterns. Only {@code *} and {@code ?} are special in them. */
final class GlobReader {

  /** No name in Kubernetes is longer; user names may be. */
  private static final int LONGEST = 512;

  private static final String OTHER_PATTERNS = "[]{}!^\\ \t";

  private GlobReader() {}

  /** Returns patterns for names of namespaces. */
  static List<Glob> namespaces(PolicyNode list) {
    return each(list, value -> name(value, text(value)));
  }

  /** Returns patterns for names that may hold any character. */
  static List<Glob> people(PolicyNode list) {
    return each(list, value -> text(value).map(Glob::new));
  }

  /** Returns patterns of the form {@code namespace/name} for service accounts. */
  static List<ServiceAccountGlob> serviceAccounts(PolicyNode list) {
    return each(
        list,
        value -> {
          Optional<String> text = text(value);
          if (text.isPresent() && text.get().split("/", -1).length != 2) {
            value.problem("serviceAccount", text.get());
            return Optional.empty();
          }
          return name(value, text).map(glob -> ServiceAccountGlob.of(glob.pattern()));
        });
  }

  /**
   * Returns the pattern in a text; none, and a problem, where it is of another pattern language.
   */
  static Optional<Glob> name(PolicyNode value, Optional<String> text) {
    if (text.isPresent() && text.get().chars().anyMatch(c -> OTHER_PATTERNS.indexOf(c) >= 0)) {
      value.problem("badGlob", text.get());
      return Optional.empty();
    }
    return text.map(Glob::new);
  }

  /** Returns the text of a pattern. */
  static Optional<String> text(PolicyNode value) {
    if (!value.isSet()) {
      value.problem("empty");
    }
    Optional<String> text = value.filledText();
    if (text.isPresent() && text.get().length() > LONGEST) {
      value.problem("tooLong", LONGEST);
      return Optional.empty();
    }
    return text;
  }

  /** Reads a list that must hold something where it is given at all. */
  static <T> List<T> each(PolicyNode list, Function<PolicyNode, Optional<T>> read) {
    if (list.cursor().isArray() && list.cursor().node().isEmpty()) {
      list.problem("emptyList");
    }
    List<T> all = new ArrayList<>();
    list.items().forEach(item -> read.apply(item).ifPresent(all::add));
    return all;
  }
}
