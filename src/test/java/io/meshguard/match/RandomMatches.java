package io.meshguard.match;

import io.meshguard.match.SpecMatch.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Makes lists of matches of a few properties and texts, so that they meet often. */
final class RandomMatches {
  private static final List<String> PROPERTIES =
      List.of(
          "path",
          "method",
          "scheme",
          "authority",
          "header",
          "without",
          "query",
          "port",
          "label",
          "namespace",
          "gateway");
  private static final List<String> URI_PATTERNS =
      List.of(
          "/.*",
          "/a.*",
          "/(a|b)",
          "/a?b*",
          "(?i)/ab?",
          "/[ab]+",
          ".*",
          "/ab|/b",
          "^/a$",
          ".*b",
          "/a{1,2}.*",
          "/[^a].*",
          "/\\S+",
          "/\\w*",
          "/(?:a|ab)(/.*)?",
          "/[[:alpha:]]b");
  private static final List<String> VALUE_PATTERNS =
      List.of("a+", ".*", ".+", "a|b", "[^a]*", "(ab)*", "^$", "b.*", "z?", "(?i)AB?", "*", "\\w");

  private final Random random;
  private final boolean patterns;
  private final List<String> focus = new ArrayList<>();

  RandomMatches(Random random, boolean patterns) {
    this.random = random;
    this.patterns = patterns;
    for (int i = random.nextInt(4); i >= 0; i--) {
      focus.add(one(PROPERTIES));
    }
  }

  List<SpecMatch> list() {
    List<SpecMatch> list = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      list.add(match());
    }
    return list;
  }

  private SpecMatch match() {
    return new SpecMatch(
        maybe("path", this::uri),
        random.nextInt(3) == 0,
        maybe("method", () -> text(List.of("GET", "POST", "P", "G"))),
        maybe("scheme", () -> text(List.of("http", "https"))),
        maybe("authority", () -> value(false)),
        map("header", () -> value(true), "x", "y"),
        map("without", () -> value(true), "x", "y"),
        map("query", () -> value(true), "q"),
        maybe("port", () -> one(List.of(80, 8080))),
        map("label", () -> one(List.of("a", "b")), "app", "tier"),
        maybe("namespace", () -> one(List.of("x", "y"))),
        focus.contains("gateway")
            ? one(List.of(List.of("mesh"), List.of("gw"), List.of(), List.of("gw", "mesh")))
            : List.of());
  }

  private Text uri() {
    return patterns && random.nextBoolean()
        ? new Text("regex", one(URI_PATTERNS))
        : text(BruteForce.PATHS);
  }

  private Text value(boolean presenceToo) {
    if (patterns && random.nextBoolean()) {
      return new Text("regex", one(VALUE_PATTERNS));
    }
    return presenceToo && random.nextInt(4) == 0 ? new Text("present", "") : text(BruteForce.TEXTS);
  }

  private Text text(List<String> texts) {
    return new Text(one(List.of("exact", "prefix")), one(texts));
  }

  private <T> Optional<T> maybe(String property, Supplier<T> value) {
    return focus.contains(property) && random.nextInt(5) > 0
        ? Optional.of(value.get())
        : Optional.empty();
  }

  private <T> Map<String, T> map(String property, Supplier<T> value, String... names) {
    Map<String, T> map = new HashMap<>();
    for (String name : names) {
      if (focus.contains(property) && random.nextInt(3) > 0) {
        map.put(name, value.get());
      }
    }
    return map;
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
