package io.meshguard.engine;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.engine.Verdict.Fault;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Fix;
import io.meshguard.rule.RuleInfo;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.Patches;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Applies fixes in passes: within one pass only such as cannot get into each other's way, then the
 * rules look again, until nothing is left or nothing changes.
 */
public final class Fixer {

  /** Annotation that names the rules that patched an object. */
  public static final String STAMP = "meshguard.io/fixed";

  /** The API server refuses a patch of more than 10,000 operations. */
  private static final int MOST_OPS = 5_000;

  private static final int MOST_PASSES = 200;

  private final Function<Review, Verdict> judge;

  /** Makes a mender that asks an engine what is wrong. */
  public Fixer(Engine engine) {
    this(engine::judge);
  }

  Fixer(Function<Review, Verdict> judge) {
    this.judge = judge;
  }

  /**
   * Mends an object.
   *
   * @param review the object and what is known of it; a live one is stamped where settings say so
   * @param wanted which findings to mend, of those that have a fix to apply
   */
  public FixResult mend(Review review, Predicate<GradedFinding> wanted) {
    Resource object = review.object();
    List<PatchOp> ops = new ArrayList<>();
    List<GradedFinding> applied = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    Set<RuleInfo> cutShort = new LinkedHashSet<>();
    Set<JsonNode> seen = new HashSet<>(Set.of(object.tree()));
    for (int pass = 0; pass < MOST_PASSES && ops.size() < MOST_OPS; pass++) {
      Verdict verdict = judge.apply(review.of(object));
      cutShort.addAll(verdict.cutShort());
      if (pass == 0) {
        faults.addAll(verdict.faults());
      }
      List<GradedFinding> chosen = choose(verdict.judged(), wanted);
      List<PatchOp> chosenOps = chosen.stream().flatMap(j -> fixOf(j).ops().stream()).toList();
      if (chosen.isEmpty()) {
        break;
      }
      Resource mended = object.withTree(Patches.apply(chosenOps, object.tree()));
      if (!seen.add(mended.tree())) {
        break;
      }
      object = mended;
      ops.addAll(chosenOps);
      applied.addAll(chosen);
    }
    if (review.live() && !applied.isEmpty() && review.settings().stamp()) {
      List<PatchOp> stamp = stamp(object, applied);
      object = object.withTree(Patches.apply(stamp, object.tree()));
      ops.addAll(stamp);
    }
    return new FixResult(object, ops, applied, faults, List.copyOf(cutShort));
  }

  /** Takes fixes in order, leaving for the next pass any that an earlier one could disturb. */
  private static List<GradedFinding> choose(
      List<GradedFinding> judged, Predicate<GradedFinding> wanted) {
    List<GradedFinding> chosen = new ArrayList<>();
    Set<JsonPointer> written = new HashSet<>();
    for (GradedFinding candidate : judged) {
      boolean mendable =
          !candidate.exempt()
              && candidate.finding().fix().filter(Fix::applicable).isPresent()
              && wanted.test(candidate);
      if (!mendable) {
        continue;
      }
      List<PatchOp> ops = fixOf(candidate).ops();
      if (ops.stream().anyMatch(PatchOp::shiftsList)) {
        if (chosen.isEmpty()) {
          return List.of(candidate);
        }
        continue;
      }
      if (ops.stream().noneMatch(op -> touches(op.path(), written))) {
        ops.forEach(op -> written.add(op.path()));
        chosen.add(candidate);
      }
    }
    return chosen;
  }

  private static boolean touches(JsonPointer path, Set<JsonPointer> written) {
    for (JsonPointer at = path; at != null; at = at.head()) {
      if (written.contains(at)) {
        return true;
      }
    }
    String inside = path + "/";
    return written.stream().anyMatch(other -> other.toString().startsWith(inside));
  }

  private static List<PatchOp> stamp(Resource object, List<GradedFinding> applied) {
    Set<String> rules = new TreeSet<>();
    object.annotation(STAMP).ifPresent(old -> rules.addAll(List.of(old.split(","))));
    applied.forEach(judged -> rules.add(judged.finding().rule().id()));
    rules.remove("");
    List<PatchOp> ops = new ArrayList<>();
    JsonPointer annotations = JsonPointer.compile("/metadata/annotations");
    if (!object.tree().at(annotations).isObject()) {
      ops.add(new PatchOp.Add(annotations, JsonNodeFactory.instance.objectNode()));
    }
    JsonNode value = JsonNodeFactory.instance.textNode(String.join(",", rules));
    ops.add(new PatchOp.Add(annotations.appendProperty(STAMP), value));
    return ops;
  }

  private static Fix fixOf(GradedFinding judged) {
    return judged.finding().fix().orElseThrow();
  }
}
