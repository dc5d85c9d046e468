package io.meshguard.lint;

import io.meshguard.engine.Decision;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The marks in files that say that a finding is meant to stay: comments in YAML, annotations for
 * files without comments.
 */
public final class Ignores {

  /** What the annotation begins with; the id of the rule follows, and the value is the reason. */
  public static final String ANNOTATION = "meshguard.io/ignore.";

  private final Map<String, List<Ignore>> byFile = new HashMap<>();
  private final Set<Ignore> used = new HashSet<>();

  private Ignores() {}

  /** Returns the marks of texts, and of the objects in them. */
  public static Ignores of(Map<Path, String> texts, Collection<Resource> objects) {
    Ignores ignores = new Ignores();
    texts.forEach((file, text) -> IgnoreReader.read(file.toString(), text).forEach(ignores::add));
    objects.forEach(ignores::annotations);
    return ignores;
  }

  private void add(Ignore ignore) {
    byFile.computeIfAbsent(ignore.file(), file -> new ArrayList<>()).add(ignore);
  }

  private void annotations(Resource object) {
    object
        .at("metadata", "annotations")
        .fields()
        .forEach(
            field -> {
              if (field.name().startsWith(ANNOTATION)) {
                Origin origin = object.origin();
                int line = origin.position(field.value().pointer()).map(p -> p.line()).orElse(1);
                add(
                    new Ignore(
                        origin.file(),
                        line,
                        List.of(field.name().substring(ANNOTATION.length())),
                        field.value().text("").strip(),
                        line,
                        line,
                        Optional.of(key(object))));
              }
            });
  }

  private static String key(Resource object) {
    return object.origin().document() + " " + object.origin().base();
  }

  /** Returns verdicts in which what a mark covers is exempt. */
  public List<Verdict> apply(List<Verdict> verdicts) {
    return byFile.isEmpty() ? verdicts : verdicts.stream().map(this::apply).toList();
  }

  private Verdict apply(Verdict verdict) {
    List<GradedFinding> judged =
        verdict.judged().stream()
            .map(one -> covering(one.finding()).map(mark -> exempt(one, mark)).orElse(one))
            .toList();
    return new Verdict(
        verdict.object(),
        judged,
        verdict.notices(),
        verdict.faults(),
        verdict.cutShort(),
        verdict.undiscovered());
  }

  private static GradedFinding exempt(GradedFinding judged, Ignore mark) {
    return judged.exempted(new Decision.Exemption(mark.place(), mark.reason()));
  }

  /** Returns whether a mark covers a finding. */
  boolean cover(Finding finding) {
    return covering(finding).isPresent();
  }

  private Optional<Ignore> covering(Finding finding) {
    Origin origin = finding.object().origin();
    int line = origin.position(finding.path()).map(p -> p.line()).orElse(0);
    for (Ignore mark : byFile.getOrDefault(origin.file(), List.of())) {
      boolean here =
          mark.object().isPresent()
              ? mark.object().get().equals(key(finding.object()))
              : mark.first() <= line && line <= mark.last();
      boolean meant = finding.rule().names().stream().anyMatch(mark.rules()::contains);
      if (here && meant && !mark.reason().isEmpty()) {
        used.add(mark);
        return Optional.of(mark);
      }
    }
    return Optional.empty();
  }

  /**
   * A mark that does not do what somebody may think.
   *
   * @param place {@code file:line}
   * @param rules what it is about
   */
  public record Idle(String place, List<String> rules) {}

  /** Returns the marks without a reason, which do not count. */
  public List<Idle> withoutReason() {
    return idle(mark -> mark.reason().isEmpty());
  }

  /**
   * Returns the marks that cover no finding.
   *
   * @param files files of which every object was judged
   */
  public List<Idle> unused(Set<String> files) {
    return idle(
        mark -> files.contains(mark.file()) && !mark.reason().isEmpty() && !used.contains(mark));
  }

  private List<Idle> idle(Predicate<Ignore> which) {
    return byFile.values().stream()
        .flatMap(List::stream)
        .filter(which)
        .map(mark -> new Idle(mark.place(), mark.rules()))
        .sorted(Comparator.comparing(Idle::place))
        .toList();
  }
}
