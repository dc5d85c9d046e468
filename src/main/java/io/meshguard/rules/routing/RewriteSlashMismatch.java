package io.meshguard.rules.routing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rewrite that does not fit what is matched: Envoy replaces exactly the text of a prefix, so one
 * slash too many or too few stays in the path, and the whole path where a pattern matched (envoy
 * source/common/router/config_impl.cc {@code rewritePathHeader} @001b1c0).
 */
public final class RewriteSlashMismatch implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("rewrite-slash-mismatch")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Kind.VIRTUAL_SERVICE)
          .reads(MeshConfig.READS)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.ROUTE_ORDER)
          .symptoms(Symptom.fromServer(404))
          .build();

  private static final Set<String> MERGING = Set.of("MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES");
  private static final int MOST_MATCHES = 5_000;

  /** Stands for the rest of a path in an example. */
  private static final String REST = "x";

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Check check = new Check(subject, mesh, report);
    for (Cursor route : subject.at("spec", "http").each()) {
      check.route(route);
    }
    if (check.budget.isOver()) {
      report.cutShort();
    }
  }

  /** The check of one VirtualService, its routes in order. */
  private static final class Check {
    private final Resource subject;
    private final Mesh mesh;
    private final Report report;
    private final WorkBudget budget = new WorkBudget(MOST_MATCHES);

    /** Prefixes of matches so far, by what else they ask. */
    private final Map<JsonNode, NavigableSet<String>> earlier = new HashMap<>();

    Check(Resource subject, Mesh mesh, Report report) {
      this.subject = subject;
      this.mesh = mesh;
      this.report = report;
    }

    void route(Cursor route) {
      Cursor rewrite = route.at("rewrite", "uri");
      boolean rewrites =
          rewrite.text("").startsWith("/") && !route.at("rewrite", "uriRegexRewrite").isPresent();
      if (rewrites && route.at("delegate").isPresent()) {
        delegate(route, rewrite);
      }
      List<Cursor> matches = route.at("match").each();
      if (matches.isEmpty()) {
        if (rewrites && route.at("route").isNonEmpty()) {
          judge(route.at("match").at("none"), route, rewrite, Optional.empty());
        }
        return;
      }
      for (Cursor match : matches) {
        if (!budget.take(1)) {
          return;
        }
        if (rewrites && route.at("route").isNonEmpty()) {
          judge(match, route, rewrite, Optional.empty());
        }
        match
            .at("uri", "prefix")
            .text()
            .ifPresent(
                prefix -> earlier.computeIfAbsent(others(match), o -> new TreeSet<>()).add(prefix));
      }
    }

    /** A route of a delegate takes over the rewrite of the root where it has none of its own. */
    private void delegate(Cursor route, Cursor rewrite) {
      Optional<Resource> found =
          Optional.of(VirtualServices.delegate(route, subject, mesh)).flatMap(Lookup::found);
      if (found.isEmpty()) {
        return;
      }
      for (Cursor leaf : found.get().at("spec", "http").each()) {
        if (leaf.at("rewrite").isPresent() || !leaf.at("route").isNonEmpty()) {
          continue;
        }
        for (Cursor match : leaf.at("match").each()) {
          if (!budget.take(1)) {
            return;
          }
          if (match.at("uri").isPresent()) {
            judge(match, leaf, rewrite, Optional.of(found.get().name()));
          }
        }
      }
    }

    private void judge(Cursor match, Cursor route, Cursor rewrite, Optional<String> delegate) {
      Cursor uri = match.at("uri");
      String to = rewrite.text("");
      if (uri.at("regex").isPresent()) {
        pattern(uri.at("regex").text(""), rewrite, delegate);
        return;
      }
      String prefix = uri.isNonEmpty() ? uri.at("prefix").text("") : "/";
      // What is added behind a path that stays is meant as it is written.
      boolean stays = to.startsWith(prefix) && prefix.length() > 1;
      if (!prefix.startsWith("/") || stays || prefix.equals(to)) {
        return;
      }
      if (!prefix.endsWith("/") && to.endsWith("/")) {
        twice(match, prefix, rewrite, delegate);
      } else if (prefix.endsWith("/") && !to.endsWith("/")) {
        glued(prefix, route, rewrite, delegate);
      }
    }

    private void twice(Cursor match, String prefix, Cursor rewrite, Optional<String> delegate) {
      if (isServedBefore(prefix + "/", match) || mergesSlashes()) {
        return;
      }
      Report.Draft draft = say(rewrite, "twice", prefix, "/" + REST, delegate);
      if (delegate.isPresent()) {
        draft.advice("twice-advice", prefix + "/");
        return;
      }
      ObjectNode whole = ((ObjectNode) match.node()).deepCopy();
      whole.set("uri", JsonNodeFactory.instance.objectNode().put("exact", prefix));
      if (match.at("name").text().isPresent()) {
        whole.put("name", match.at("name").text("") + "-exact");
      }
      JsonPointer end = match.pointer().head().append(JsonPointer.compile("/-"));
      draft.fix(
          Safety.UNSAFE,
          "twice-fix",
          List.of(
              new PatchOp.Replace(
                  match.at("uri", "prefix").pointer(),
                  JsonNodeFactory.instance.textNode(prefix + "/")),
              new PatchOp.Add(end, whole)),
          prefix);
    }

    private void glued(String prefix, Cursor route, Cursor rewrite, Optional<String> delegate) {
      Report.Draft draft = say(rewrite, "glued", prefix, REST, delegate);
      boolean all =
          route.at("match").each().stream()
              .map(match -> match.at("uri"))
              .allMatch(uri -> !uri.isNonEmpty() || uri.at("prefix").text("").endsWith("/"));
      String slash = rewrite.text("") + "/";
      if (delegate.isPresent() || !all) {
        draft.advice("glued-advice");
        return;
      }
      draft.fix(
          Safety.UNSAFE,
          "glued-fix",
          List.of(new PatchOp.Replace(rewrite.pointer(), JsonNodeFactory.instance.textNode(slash))),
          slash);
    }

    private void pattern(String regex, Cursor rewrite, Optional<String> delegate) {
      if (rewrite.text("").endsWith("/") && hasTail(regex)) {
        report
            .say(rewrite, "whole", regex, rewrite.text(""))
            .names(regex)
            .names(delegate.orElse(""))
            .advice("whole-advice");
      }
    }

    private Report.Draft say(
        Cursor rewrite, String key, String prefix, String rest, Optional<String> delegate) {
      String to = rewrite.text("");
      return report
          .say(
              rewrite,
              key,
              prefix,
              to,
              prefix + rest,
              to + rest,
              delegate.isPresent() ? 1 : 0,
              delegate.orElse(""))
          .names(prefix)
          .names(delegate.orElse(""));
    }

    /** Returns whether a match before this one takes whatever begins so. */
    private boolean isServedBefore(String prefix, Cursor match) {
      JsonNode nothing = JsonNodeFactory.instance.objectNode();
      return Stream.of(others(match), nothing)
          .map(others -> earlier.getOrDefault(others, Collections.emptyNavigableSet()))
          .anyMatch(prefixes -> hasStartOf(prefixes, prefix));
    }

    private static boolean hasStartOf(NavigableSet<String> prefixes, String text) {
      String bound = text;
      @Nullable String at = prefixes.floor(bound);
      while (at != null) {
        if (text.startsWith(at)) {
          return true;
        }
        // Whatever is how the text begins and sorts before this one is how both begin.
        int common = 0;
        while (common < Math.min(bound.length(), at.length())
            && bound.charAt(common) == at.charAt(common)) {
          common++;
        }
        bound = bound.substring(0, common);
        at = prefixes.floor(bound);
      }
      return false;
    }

    private static JsonNode others(Cursor match) {
      if (!(match.node() instanceof ObjectNode object)) {
        return JsonNodeFactory.instance.objectNode();
      }
      ObjectNode others = object.deepCopy();
      others.remove(List.of("uri", "name"));
      return others;
    }

    private boolean mergesSlashes() {
      List<MeshConfig> configs = MeshConfig.all(mesh);
      return !configs.isEmpty()
          && configs.stream()
              .map(config -> config.config().at("pathNormalization", "normalization"))
              .allMatch(how -> MERGING.contains(how.text("")));
    }

    /** Returns whether a pattern takes any number of paths below one that it names. */
    private static boolean hasTail(String regex) {
      String text = regex.startsWith("^") ? regex.substring(1) : regex;
      boolean named = text.length() > 1 && text.startsWith("/") && isLetterOrDigit(text.charAt(1));
      boolean tail = false;
      boolean escaped = false;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        tail |= !escaped && (c == '*' || c == '+');
        escaped = !escaped && c == '\\';
      }
      return named && tail;
    }

    private static boolean isLetterOrDigit(char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
  }
}
