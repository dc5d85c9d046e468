package io.meshguard.audit;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.ObjectManager;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.policy.Policy;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Proves of a denial that the webhook was not asked: the policy in force has denied it ever since
 * the object was created or got it, whatever the mesh around was like then. What a controller may
 * have written proves nothing, for it is only warned.
 *
 * @param policy the policy in force
 * @param since since when it is in force together with the rules of this release
 */
record Bypass(Policy policy, Instant since) {

  /** Clocks of an API server and of this machine may differ. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  /** Kinds of which the webhook is asked under conditions only. */
  private static final Set<Kind> CONDITIONAL = Set.of(Kind.POD, Kind.REPLICA_SET, Kind.CONFIG_MAP);

  private static final Mesh NOWHERE = ObjectMesh.empty(MeshFacts.UNKNOWN);

  /**
   * Returns whether it is proved.
   *
   * @param isNew whether the object did not have the finding when it was last judged under the same
   *     policy
   */
  boolean proved(GradedFinding judged, Resource object, boolean isNew, Anywhere anywhere) {
    return judged.mode() == Mode.DENY
        && !CONDITIONAL.contains(object.kind())
        && !ObjectManager.of(object).controller()
        && (isNew || createdSince(object))
        && policy.isSteady(judged.finding().rule(), object)
        && anywhere.denies(judged);
  }

  private boolean createdSince(Resource object) {
    Optional<String> written = object.at("metadata", "creationTimestamp").text();
    try {
      return written.map(Instant::parse).filter(since.plus(SKEW)::isBefore).isPresent();
    } catch (DateTimeException e) {
      return false;
    }
  }

  /**
   * What of an object is denied in every mesh and version: what is found where nothing is known of
   * the mesh. Worked out when it is asked for, and then once, for an object may have many findings.
   */
  static final class Anywhere {
    private final Resource object;
    private final Judge judge;
    private final LongSupplier nanos;
    private Optional<Set<String>> denied = Optional.empty();

    Anywhere(Resource object, Judge judge, LongSupplier nanos) {
      this.object = object;
      this.judge = judge;
      this.nanos = nanos;
    }

    boolean denies(GradedFinding judged) {
      Set<String> fingerprints = denied.orElseGet(this::judge);
      denied = Optional.of(fingerprints);
      return fingerprints.contains(judged.finding().fingerprint());
    }

    private Set<String> judge() {
      return judge.attempt(object, NOWHERE, nanos).verdict().stream()
          .flatMap(verdict -> verdict.of(Mode.DENY).stream())
          .map(other -> other.finding().fingerprint())
          .collect(Collectors.toSet());
    }
  }
}
