package io.meshguard.mesh;

import io.meshguard.logic.Ternary;
import java.util.Optional;

/** Who makes the request under review, and what else they may do in this cluster. */
public interface Access {

  /** Nobody is known to ask. */
  Access UNKNOWN =
      new Access() {
        @Override
        public Optional<Requester> requester() {
          return Optional.empty();
        }

        @Override
        public Ternary may(Permission permission) {
          return Ternary.UNKNOWN;
        }
      };

  /** Returns who makes the request; empty where nobody is known to. */
  Optional<Requester> requester();

  /** Returns whether the requester has a permission, as a SubjectAccessReview tells it. */
  Ternary may(Permission permission);

  /**
   * A permission as Kubernetes authorization knows it.
   *
   * @param verb for example {@code list}
   * @param group API group, empty for the core group
   * @param resource plural resource name
   * @param namespace the namespace, empty for all namespaces or a cluster-scoped resource
   */
  record Permission(String verb, String group, String resource, String namespace) {}
}
