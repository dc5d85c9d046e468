package io.meshguard.audit;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Namespaces;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Engine;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Review;
import io.meshguard.rule.Settings;
import io.meshguard.rule.Subject;
import io.meshguard.rule.Verdict;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Says of stored objects what the webhook would say if they were created now.
 *
 * @param engine the rules
 * @param mesh what is around the objects
 * @param settings modes and exemptions
 * @param today the date, against which exemptions expire
 */
public record Judge(Engine engine, Mesh mesh, Settings settings, LocalDate today) {

  /** Returns what the rules say of an object. */
  public Verdict judge(Resource object) {
    return judge(object, mesh);
  }

  Verdict judge(Resource object, Mesh around) {
    Subject subject = new Subject(object, Namespaces.labels(object, mesh), Optional.empty(), today);
    return engine.judge(
        new Review(Operation.CREATE, subject, Optional.empty(), false, around, settings));
  }
}
