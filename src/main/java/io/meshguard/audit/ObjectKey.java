package io.meshguard.audit;

import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;

/**
 * Names a stored object, whichever API version it is read in.
 *
 * @param namespace its namespace, empty for a cluster-scoped object
 */
public record ObjectKey(Kind kind, String namespace, String name) {

  static ObjectKey of(ObjectRef ref) {
    return new ObjectKey(ref.kind(), ref.namespace(), ref.name());
  }
}
