package io.meshguard.cli;

import io.meshguard.audit.FieldManagers.FieldManager;
import io.meshguard.audit.Owner;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.ObjectManager;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Safety;
import java.util.List;
import java.util.Set;

/**
 * A live object that the webhook would patch, as soon as somebody writes the part that the fix
 * writes.
 *
 * @param object the object
 * @param owner who owns it
 * @param keeper the tool that keeps it
 * @param state what would become of it
 * @param changes what would be patched
 */
record Drift(
    Resource object, Owner owner, ObjectManager keeper, State state, List<Change> changes) {

  Drift {
    changes = List.copyOf(changes);
  }

  /** What would become of an object. */
  enum State {
    /** It would be patched, and differ from what its tool has. */
    OUT_OF_SYNC("outOfSync"),
    /** It would be patched where no tool looks. */
    UNSEEN("unseen"),
    /** It would be warned of, and not patched, because it is kept in Git. */
    WARNED("warned");

    private final String text;

    State(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * A finding that would be fixed.
   *
   * @param judged the finding
   * @param managers who sets what the fix writes
   */
  record Change(GradedFinding judged, Set<FieldManager> managers) {

    Change {
      managers = Set.copyOf(managers);
    }
  }

  /** Returns the command that fixes the manifests, so that there is nothing to patch. */
  String command() {
    boolean unsafe =
        changes.stream()
            .flatMap(change -> change.judged().finding().fix().stream())
            .anyMatch(fix -> fix.safety() == Safety.UNSAFE);
    return "meshguard check --fix " + (unsafe ? "--unsafe-fixes " : "") + "PATH";
  }
}
