package io.meshguard.lint;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.resource.Origin;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Language;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Verdicts of objects that were judged in several meshes. */
public final class Verdicts {

  private Verdicts() {}

  /**
   * Returns one verdict for each object of a file: what was found in several meshes counts once.
   *
   * @param verdicts verdicts, those of one mesh after those of another
   */
  public static List<Verdict> merged(Collection<Verdict> verdicts) {
    Map<String, List<Verdict>> byObject = new LinkedHashMap<>();
    for (Verdict verdict : verdicts) {
      byObject.computeIfAbsent(key(verdict), k -> new ArrayList<>()).add(verdict);
    }
    return byObject.values().stream().map(Verdicts::one).toList();
  }

  private static String key(Verdict verdict) {
    Origin origin = verdict.object().origin();
    return origin.file() + "\n" + origin.document() + "\n" + origin.base();
  }

  private static Verdict one(List<Verdict> verdicts) {
    Verdict first = verdicts.get(0);
    if (verdicts.size() == 1) {
      return first;
    }
    Set<List<Object>> seen = new HashSet<>();
    List<GradedFinding> judged = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      for (GradedFinding one : verdict.judged()) {
        Finding finding = one.finding();
        String said = Language.EN.render(finding.message());
        if (seen.add(List.of(finding.rule().id(), finding.path(), said))) {
          judged.add(one);
        }
      }
    }
    return new Verdict(
        first.object(),
        judged,
        verdicts.stream().flatMap(verdict -> verdict.notices().stream()).distinct().toList(),
        verdicts.stream().flatMap(verdict -> verdict.faults().stream()).toList(),
        verdicts.stream().flatMap(verdict -> verdict.cutShort().stream()).distinct().toList(),
        verdicts.stream().allMatch(Verdict::undiscovered));
  }
}
