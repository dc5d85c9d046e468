package io.meshguard.lint;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.PatchOp;
import java.util.List;

/** Where rendered objects are written down; findings are shown there. */
public interface SourcePlaces {

  /** Objects that stand in their files as they are judged. */
  SourcePlaces AS_THEY_STAND =
      new SourcePlaces() {
        @Override
        public Origin of(Resource object, JsonPointer path) {
          return object.origin();
        }

        @Override
        public boolean isExact(Resource object) {
          return true;
        }
      };

  /** Returns where a field of an object is written down. */
  Origin of(Resource object, JsonPointer path);

  /** Returns whether what is changed in an object may be changed in its file, metadata apart. */
  boolean isExact(Resource object);

  /** Returns whether a fix of a finding can be written where the finding stands. */
  default boolean isWritable(Finding finding) {
    if (this == AS_THEY_STAND) {
      return true;
    }
    Resource object = finding.object();
    return isExact(object)
        && of(object, finding.path()).equals(object.origin())
        && finding.fix().map(Fix::ops).orElse(List.of()).stream().noneMatch(SourcePlaces::isNaming);
  }

  private static boolean isNaming(PatchOp op) {
    return op.path().toString().startsWith("/metadata/");
  }

  /** Returns verdicts whose findings stand where they are written down. */
  default List<Verdict> shown(List<Verdict> verdicts) {
    return this == AS_THEY_STAND ? verdicts : verdicts.stream().map(this::shown).toList();
  }

  private Verdict shown(Verdict verdict) {
    return new Verdict(
        verdict.object(),
        verdict.judged().stream().map(this::shown).toList(),
        verdict.notices(),
        verdict.faults(),
        verdict.cutShort(),
        verdict.undiscovered());
  }

  private GradedFinding shown(GradedFinding judged) {
    Finding finding = judged.finding();
    Resource object = finding.object();
    Origin origin = of(object, finding.path());
    Finding placed =
        new Finding(
            finding.rule(),
            new Resource(object.ref(), object.tree(), origin),
            finding.path(),
            finding.message(),
            isWritable(finding) ? finding.fix() : finding.fix().map(SourcePlaces::byHand),
            finding.witness(),
            finding.holds(),
            finding.neverDenied(),
            finding.fingerprint());
    return new GradedFinding(placed, judged.mode(), judged.decision(), judged.because());
  }

  private static Fix byHand(Fix fix) {
    return new Fix(fix.title(), fix.done(), Safety.MANUAL, List.of());
  }
}
