package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A condition that no request meets, or not the one that was meant: a glob or a regular expression
 * in a text that Istio takes literally, a path without its slash or with a query, a method in small
 * letters (envoy source/common/router/config_impl.cc @001b1c0).
 */
public final class GlobInMatch implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("glob-in-match")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(MeshConfig.READS)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.ROUTE_ORDER)
          .symptoms(Symptom.NO_ROUTE)
          .build();

  private static final int MOST_MATCHES = 5_000;

  /** Routes looked at to see whether a later one does the same. */
  private static final int MOST_LATER = 20_000;

  private static final Set<String> MERGING = Set.of("MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES");

  /** Parts of regular expressions that no client has in a path. */
  private static final List<String> SYNTAX = List.of("(/|$)", ".*", ".+", "\\d", "|", "[", "(?");

  /** Headers whose value may really have an asterisk. */
  private static final List<String> ASTERISKS =
      List.of(
          "accept",
          "access-control-",
          "allow",
          "content-range",
          "if-match",
          "if-none-match",
          "tr-",
          "vary");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    List<Cursor> routes = subject.at("spec", "http").each();
    WorkBudget matches = new WorkBudget(MOST_MATCHES);
    Alternatives alternatives = new Alternatives(routes);
    for (int i = 0; i < routes.size(); i++) {
      for (Cursor match : routes.get(i).at("match").each()) {
        if (!matches.take(1)) {
          report.cutShort();
          return;
        }
        List<ImpossibleCondition> impossible = ImpossibleCondition.in(match);
        impossible.forEach(one -> say(one, report));
        Set<Cursor> told = new HashSet<>();
        impossible.forEach(one -> told.add(one.at()));
        boolean last = i == routes.size() - 1;
        new Probable(match, routes.get(i), last, told, alternatives, mesh, report).check();
      }
    }
  }

  private static void say(ImpossibleCondition found, Report report) {
    Cursor at = found.at();
    String text = at.text("");
    switch (found.problem()) {
      case NO_SLASH -> report.say(at, "no-slash", text).advice("no-slash-advice");
      case QUERY -> report.say(at, "query", text).advice("query-advice");
      case NO_PATH -> report.say(at, "no-path").advice("query-advice");
      case METHOD_CASE -> {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        report
            .say(at, "method-case", text)
            .fix(
                Safety.UNSAFE,
                "method-case-fix",
                List.of(
                    new PatchOp.Replace(at.pointer(), JsonNodeFactory.instance.textNode(upper))),
                upper);
      }
      case METHOD_LIST -> report.say(at, "method-list", text).advice("method-list-advice");
      case SCHEME -> report.say(at, "scheme", text).advice("scheme-advice");
      case AUTHORITY ->
          report.say(at, "authority", Message.verbatim(kind(at))).advice("authority-advice");
    }
  }

  private static String kind(Cursor at) {
    String pointer = at.pointer().toString();
    return pointer.substring(pointer.lastIndexOf('/') + 1);
  }

  /** What other matches do with the requests that a pattern was meant for. */
  private static final class Alternatives {
    private final List<Cursor> routes;
    private final WorkBudget budget = new WorkBudget(MOST_LATER);

    Alternatives(List<Cursor> routes) {
      this.routes = routes;
    }

    /**
     * Returns whether a match of another kind sends a path where a route would; true if unknown.
     */
    boolean serve(String path, Cursor route, Cursor own) {
      for (Cursor other : routes) {
        if (!sameTarget(other, route)) {
          continue;
        }
        for (Cursor match : other.at("match").each()) {
          boolean another = !match.pointer().equals(own.pointer());
          if (!budget.take(1) || (another && takes(match.at("uri"), path))) {
            return true;
          }
        }
        if (!budget.take(1) || other.at("match").each().isEmpty()) {
          return true;
        }
      }
      return false;
    }

    private static boolean sameTarget(Cursor one, Cursor other) {
      return Stream.of("route", "redirect", "directResponse", "delegate")
          .allMatch(field -> one.at(field).node().equals(other.at(field).node()));
    }

    private static boolean takes(Cursor uri, String path) {
      return !uri.isPresent()
          || uri.at("exact").is(path)
          || uri.at("prefix").text().filter(path::startsWith).isPresent();
    }
  }

  /** The conditions of a match that a request can meet, but hardly one that was meant. */
  private record Probable(
      Cursor match,
      Cursor route,
      boolean last,
      Set<Cursor> told,
      Alternatives alternatives,
      Mesh mesh,
      Report report) {

    void check() {
      for (String kind : List.of("exact", "prefix")) {
        Cursor at = match.at("uri", kind);
        if (at.text().isPresent() && !told.contains(at)) {
          literal(at, kind);
        }
      }
      Cursor regex = match.at("uri", "regex");
      if (regex.text().isPresent() && !told.contains(regex)) {
        pattern(regex);
      }
      for (Cursor.Field header : match.at("headers").fields()) {
        header(header);
      }
    }

    private void literal(Cursor at, String kind) {
      String text = at.text("");
      boolean options = match.at("method", "exact").is("OPTIONS");
      if (text.equals("*") && options) {
        return;
      }
      if (isPattern(text)) {
        if (!alternatives.serve(head(text) + "x", route, match)) {
          report.say(at, "syntax", Message.verbatim(kind)).advice("syntax-advice");
        }
      } else if (text.indexOf('*') >= 0) {
        String meant = text.endsWith("/*") ? text.substring(0, text.length() - 1) : text;
        if (!alternatives.serve(text.replace("*", "x"), route, match)) {
          offer(report.say(at, "glob", Message.verbatim(kind)), meant, "glob-advice");
        }
      } else if (text.contains("//") && mergesSlashes()) {
        report.say(at, "slashes", Message.verbatim(kind));
      }
    }

    private void pattern(Cursor at) {
      String text = at.text("");
      if (isGlob(text) && !alternatives.serve(text.replace("*", "x"), route, match)) {
        String meant = text.endsWith("/*") ? text.substring(0, text.length() - 1) : text;
        offer(report.say(at, "glob-regex", text.replace("*", "x")), meant, "glob-regex-advice");
      }
    }

    private void header(Cursor.Field header) {
      String name = header.name().toLowerCase(Locale.ROOT);
      for (String kind : List.of("exact", "prefix")) {
        Cursor at = header.value().at(kind);
        String text = at.text("");
        if (text.endsWith("*")
            && !text.contains("*/*")
            && ASTERISKS.stream().noneMatch(name::startsWith)) {
          report.say(at, "header", Message.verbatim(kind), text).advice("header-advice");
        }
      }
    }

    /** Offers a prefix where that is all that was meant; the last route may take everything. */
    private void offer(Report.Draft draft, String meant, String advice) {
      if (meant.indexOf('*') >= 0 || !meant.startsWith("/") || (meant.equals("/") && !last)) {
        draft.advice(advice);
        return;
      }
      draft.fix(
          Safety.UNSAFE,
          "prefix",
          List.of(
              new PatchOp.Replace(
                  match.at("uri").pointer(),
                  JsonNodeFactory.instance.objectNode().put("prefix", meant))),
          meant);
    }

    private boolean mergesSlashes() {
      List<MeshConfig> configs = MeshConfig.all(mesh);
      return !configs.isEmpty()
          && configs.stream()
              .map(config -> config.config().at("pathNormalization", "normalization"))
              .allMatch(how -> MERGING.contains(how.text("")));
    }

    /** Returns what stands before the first letter of a pattern that is more than a letter. */
    private static String head(String text) {
      int end = 0;
      while (end < text.length() && "^$.*+?()[]{}|\\".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      return text.substring(0, end);
    }

    /**
     * Brackets alone, a colon, or a dollar sign before a name are letters of a path like others.
     */
    private static boolean isPattern(String text) {
      return text.startsWith("^")
          || (text.endsWith("$") && text.length() > 1)
          || SYNTAX.stream().anyMatch(text::contains);
    }

    /**
     * Returns whether a text is a path in which only asterisks mean anything, as a glob has them.
     */
    private static boolean isGlob(String text) {
      if (!text.startsWith("/") || text.indexOf('*') < 0) {
        return false;
      }
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '*') {
          boolean ends = i + 1 == text.length() || text.charAt(i + 1) == '/';
          if (!ends || (text.charAt(i - 1) != '/' && !isLetterOrDigit(text.charAt(i - 1)))) {
            return false;
          }
        } else if (!isLetterOrDigit(c) && "/-_.~%".indexOf(c) < 0) {
          return false;
        }
      }
      return true;
    }

    private static boolean isLetterOrDigit(char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
  }
}
