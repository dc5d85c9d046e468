package io.meshguard.engine;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Operation;
import java.util.Optional;

/**
 * One object to be judged.
 *
 * @param operation what is being done to it
 * @param subject the object, who asks, and when
 * @param old the object as it is stored, for {@link Operation#UPDATE}
 * @param dryRun whether nothing will be stored
 * @param mesh what is around it
 * @param settings what was decided about rules
 */
public record Review(
    Operation operation,
    Subject subject,
    Optional<Resource> old,
    boolean dryRun,
    Mesh mesh,
    Settings settings) {

  /** Returns the object to be judged. */
  public Resource object() {
    return subject.object();
  }

  /** Returns the same review of another state of the object. */
  Review of(Resource object) {
    Subject changed =
        new Subject(object, subject.namespaceLabels(), subject.requester(), subject.today());
    return new Review(operation, changed, old, dryRun, mesh, settings);
  }

  /** Returns the same review with another view of what is around. */
  Review in(Mesh view) {
    return new Review(operation, subject, old, dryRun, view, settings);
  }

  /** Returns whether nothing is to be judged, for the object only goes on to be deleted. */
  boolean leaving() {
    return live() ? Deletion.goesOn(object(), old) : object().beingDeleted();
  }

  /** Returns whether the review is of a request to an API server. */
  boolean live() {
    return operation != Operation.LOOK;
  }
}
