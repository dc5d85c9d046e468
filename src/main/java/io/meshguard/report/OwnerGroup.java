package io.meshguard.report;

import io.meshguard.audit.Owner;
import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The findings of one owner.
 *
 * @param owner whose they are
 * @param findings the findings, in the order of the report
 */
record OwnerGroup(Owner owner, List<GradedFinding> findings) {

  /** What has most to mend comes first, and what nobody owns last. */
  private static final Comparator<OwnerGroup> ORDER =
      Comparator.comparing((OwnerGroup group) -> group.owner().equals(Owner.NONE))
          .thenComparing(group -> -group.count(Mode.DENY))
          .thenComparing(group -> -group.findings().size())
          .thenComparing(OwnerGroup::owner);

  OwnerGroup {
    findings = List.copyOf(findings);
  }

  /** Returns the findings by owner. */
  static List<OwnerGroup> of(List<GradedFinding> findings, Owner.Marks marks) {
    Map<Owner, List<GradedFinding>> groups = new LinkedHashMap<>();
    for (GradedFinding judged : findings) {
      Owner owner = Owner.of(judged.finding().object(), marks);
      groups.computeIfAbsent(owner, o -> new ArrayList<>()).add(judged);
    }
    return groups.entrySet().stream()
        .map(entry -> new OwnerGroup(entry.getKey(), entry.getValue()))
        .sorted(ORDER)
        .toList();
  }

  /** Returns how many objects have these findings. */
  int objects() {
    return (int)
        findings.stream().map(judged -> judged.finding().object().ref()).distinct().count();
  }

  int count(Mode mode) {
    return (int) findings.stream().filter(judged -> judged.mode() == mode).count();
  }

  int exempt() {
    return (int) findings.stream().filter(GradedFinding::exempt).count();
  }
}
