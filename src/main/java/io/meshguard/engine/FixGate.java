package io.meshguard.engine;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.DowngradeReason;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Operation;
import io.meshguard.yaml.PatchOp;
import java.util.Optional;

/**
 * Decides whether a fix may touch the object of a live request. An update is patched only where it
 * changes what the fix would write, so that switching a rule on never restarts a Pod by itself.
 */
final class FixGate {

  private FixGate() {}

  /**
   * Returns why a finding must not be fixed in this review; empty if it may.
   *
   * @param stored whether the stored object has the finding too, so that it is not this request
   *     that brings it
   */
  static Optional<DowngradeReason> closed(Finding finding, Fix fix, Review review, boolean stored) {
    Resource object = review.object();
    boolean jobUpdate = object.kind().equals(Kind.JOB) && review.operation() == Operation.UPDATE;
    if (object.kind().equals(Kind.POD) || jobUpdate) {
      return Optional.of(DowngradeReason.CONTROLLER);
    }
    ObjectManager manager = ObjectManager.of(object, review.subject().requester());
    if (manager.controller()) {
      return Optional.of(DowngradeReason.CONTROLLER);
    }
    if (manager.git() && !allowedByGit(fix, object, review.settings().gitops())) {
      return Optional.of(DowngradeReason.GITOPS);
    }
    Optional<Resource> old = review.old();
    boolean untouched =
        old.isPresent()
            && !fix.ops().stream()
                .allMatch(
                    op ->
                        changed(op, finding, object, old.get())
                            || (!stored && !inTemplate(op, object)));
    return untouched ? Optional.of(DowngradeReason.RATCHET) : Optional.empty();
  }

  private static boolean allowedByGit(Fix fix, Resource object, Settings.Gitops gitops) {
    return switch (gitops) {
      case WARN -> false;
      case FIX -> true;
      case AUTO -> fix.ops().stream().allMatch(op -> addsMapKey(op, object.tree()));
    };
  }

  /** Argo CD and Flux see no difference where only a key is added that they do not have. */
  private static boolean addsMapKey(PatchOp op, JsonNode tree) {
    return op instanceof PatchOp.Add
        && tree.at(op.path()).isMissingNode()
        && listElement(op.path(), tree).isEmpty()
        && !op.path().last().getMatchingProperty().equals("-");
  }

  private static boolean changed(PatchOp op, Finding finding, Resource object, Resource old) {
    JsonPointer written = op instanceof PatchOp.Move move ? move.from() : op.path();
    Optional<PodTemplate> template = PodTemplate.of(object);
    if (template.isPresent() && startsWith(written, template.get().at().pointer())) {
      JsonPointer at = template.get().at().pointer();
      return !object.tree().at(at).equals(old.tree().at(at));
    }
    Optional<JsonPointer> element = listElement(written, object.tree());
    if (element.isPresent()) {
      JsonNode now = object.tree().at(element.get());
      return !contains(old.tree().at(element.get().head()), now);
    }
    return !object.tree().at(finding.path()).equals(old.tree().at(finding.path()));
  }

  /** A write to a template restarts Pods, which only a request that changes the template may. */
  private static boolean inTemplate(PatchOp op, Resource object) {
    return PodTemplate.of(object)
        .filter(template -> startsWith(op.path(), template.at().pointer()))
        .isPresent();
  }

  private static boolean contains(JsonNode list, JsonNode element) {
    for (JsonNode candidate : list) {
      if (candidate.equals(element)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the outermost list element on the way to a place. */
  private static Optional<JsonPointer> listElement(JsonPointer pointer, JsonNode tree) {
    JsonPointer walked = JsonPointer.empty();
    JsonNode at = tree;
    for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
      String segment = rest.getMatchingProperty();
      walked = walked.appendProperty(segment);
      if (at.isArray()) {
        return Optional.of(walked);
      }
      at = at.path(segment);
    }
    return Optional.empty();
  }

  private static boolean startsWith(JsonPointer pointer, JsonPointer prefix) {
    String text = pointer.toString();
    String start = prefix.toString();
    return text.startsWith(start)
        && (text.length() == start.length() || text.charAt(start.length()) == '/');
  }
}
