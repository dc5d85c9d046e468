package io.meshguard.dataplane;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The block {@code observed} of a rule page: which objects are applied, who calls, and what is
 * seen.
 *
 * <pre>
 * Bad 1, through the gateway:
 *   GET http://www.example.com/ -> 404 NR route_not_found
 * Good 1, from shop/client:
 *   catalog answers 503
 *   GET http://catalog/ HTTP/1.0 x-env: canary -> 503 via_upstream, from catalog, tried 3 times
 *   20 at once GET http://catalog/ -> some 503 UO
 * Bad 2, from shop/client -> refused: Proto constraint validation failed
 * Bad 2 without validation, from shop/client:
 * Good 2, as new Pods with classic sidecars -> injected, waits
 * Bad 3, from shop/client with mutual TLS:
 * </pre>
 *
 * @param scenes in their order
 */
record ObservedBlock(List<Act> scenes) {
  private static final Pattern HEADING =
      Pattern.compile(
          "(?<objects>(?:Bad|Good|Fixed) \\d+(?: and (?:Bad|Good|Fixed) \\d+)*)(?<loose> without validation)?(?:, (?<where>[^:]+?))?(?<tls> with mutual TLS)?(?: on Envoy (?<envoy>\\d[0-9.]*))?:");
  private static final Pattern REFUSED =
      Pattern.compile(
          "(?<objects>(?:Bad|Good|Fixed) \\d+(?: and (?:Bad|Good|Fixed) \\d+)*)(?:, (?<where>[^:]+?))? -> refused(?: on Envoy (?<envoy>\\d[0-9.]*))?: (?<text>.+)");
  private static final Pattern WAITED = Pattern.compile("(?<seconds>\\d) s later");
  private static final Pattern CREATED =
      Pattern.compile(
          "(?<objects>(?:Bad|Good|Fixed) \\d+(?: and (?:Bad|Good|Fixed) \\d+)*), as new Pods(?<classic> with classic sidecars)? -> (?<seen>.+)");
  private static final Pattern REQUEST =
      Pattern.compile(
          "(?:(?<count>\\d+) (?<how>times|at once) )?(?<method>[A-Za-z]+) (?<url>http\\S+)(?: (?<version>HTTP/(?:1\\.[01]|2)))?(?: (?<headers>.+?))? -> (?<seen>.+)");

  /**
   * Objects, and what is done with them.
   *
   * @param objects names of the page's examples, such as {@code Bad 1}
   * @param isValidated whether the API server refuses fields that it does not know
   * @param where who calls: {@code through the gateway}, {@code from shop/client}, {@code from
   *     shop/client without a sidecar}
   * @param mutualTls whether the mesh has it
   * @param lines what is done, in order
   * @param envoy the version to which it is held; empty for all
   * @param refusal what Envoy must say, or an empty text where it must take the objects
   */
  record Act(
      List<String> objects,
      boolean isValidated,
      String where,
      boolean mutualTls,
      List<Line> lines,
      String envoy,
      String refusal) {
    /** Copies the lists. */
    Act {
      objects = List.copyOf(objects);
      lines = List.copyOf(lines);
    }
  }

  /** A line below a heading. */
  sealed interface Line {
    /** Returns the line as it stands. */
    String text();
  }

  /**
   * Pods of workloads are created; what istiod's injector makes of them is seen.
   *
   * @param classic whether they ask for sidecars that are no init containers
   */
  record Created(String text, boolean classic, String seen) implements Line {}

  /**
   * A server is told how to answer: {@code catalog answers 503}, {@code catalog answers X-A: b}.
   */
  record Told(String text, String pod, String how) implements Line {}

  /** Time passes: {@code 2 s later}. */
  record Waited(String text, int seconds) implements Line {}

  /**
   * A request and what is seen of it.
   *
   * @param count how often it is sent
   * @param atOnce whether all are sent at the same time
   * @param headers {@code name: value}, several with {@code ;} between
   * @param seen expectations, with commas between
   */
  record Asked(
      String text,
      int count,
      boolean atOnce,
      String method,
      String url,
      String version,
      String headers,
      String seen)
      implements Line {}

  /** Copies the list. */
  ObservedBlock {
    scenes = List.copyOf(scenes);
  }

  /**
   * Reads a block.
   *
   * @throws IllegalArgumentException where a line has no known form
   */
  static ObservedBlock parse(String block) {
    List<Act> acts = new ArrayList<>();
    List<String> objects = List.of();
    boolean isValidated = true;
    String where = "";
    boolean mutualTls = false;
    String envoy = "";
    List<Line> lines = new ArrayList<>();
    for (String raw : block.lines().toList()) {
      if (raw.isBlank()) {
        continue;
      }
      if (raw.startsWith("  ")) {
        if (objects.isEmpty()) {
          throw new IllegalArgumentException("nothing is applied before: " + raw);
        }
        lines.add(line(raw.strip()));
        continue;
      }
      if (!objects.isEmpty()) {
        acts.add(new Act(objects, isValidated, where, mutualTls, lines, envoy, ""));
        lines.clear();
        objects = List.of();
      }
      Matcher created = CREATED.matcher(raw);
      Matcher refused = REFUSED.matcher(raw);
      Matcher heading = HEADING.matcher(raw);
      if (created.matches()) {
        Line line = new Created(raw, created.group("classic") != null, created.group("seen"));
        acts.add(new Act(names(created), true, "", false, List.of(line), "", ""));
      } else if (refused.matches()) {
        acts.add(
            new Act(
                names(refused),
                true,
                text(refused, "where"),
                false,
                List.of(),
                text(refused, "envoy"),
                refused.group("text")));
      } else if (heading.matches()) {
        objects = names(heading);
        isValidated = heading.group("loose") == null;
        where = text(heading, "where");
        mutualTls = heading.group("tls") != null;
        envoy = text(heading, "envoy");
      } else {
        throw new IllegalArgumentException("not a line of an observed block: " + raw);
      }
    }
    if (!objects.isEmpty()) {
      acts.add(new Act(objects, isValidated, where, mutualTls, lines, envoy, ""));
    }
    return new ObservedBlock(acts);
  }

  private static String text(Matcher matcher, String group) {
    return Objects.requireNonNullElse(matcher.group(group), "");
  }

  private static List<String> names(Matcher matcher) {
    return List.of(matcher.group("objects").split(" and ", -1));
  }

  private static Line line(String text) {
    Matcher asked = REQUEST.matcher(text);
    if (asked.matches()) {
      String count = asked.group("count");
      return new Asked(
          text,
          count == null ? 1 : Integer.parseInt(count),
          "at once".equals(asked.group("how")),
          asked.group("method"),
          asked.group("url"),
          asked.group("version") == null ? "HTTP/1.1" : asked.group("version"),
          asked.group("headers") == null ? "" : asked.group("headers"),
          asked.group("seen"));
    }
    Matcher waited = WAITED.matcher(text);
    if (waited.matches()) {
      return new Waited(text, Integer.parseInt(waited.group("seconds")));
    }
    for (String verb : List.of(" answers ", " closes")) {
      int at = text.indexOf(verb);
      if (at > 0) {
        return new Told(text, text.substring(0, at), text.substring(at + 1));
      }
    }
    throw new IllegalArgumentException("not a line of an observed block: " + text);
  }
}
