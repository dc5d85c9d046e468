package io.meshguard.policy;

import io.meshguard.resource.ObjectRef;

/**
 * A pattern for objects.
 *
 * @param kind pattern of the kind, with or without its group: {@code Gateway} or {@code
 *     Gateway.networking.istio.io}
 * @param namespace pattern of the namespace; empty for objects that have none
 * @param name pattern of the name
 */
public record ObjectGlob(Glob kind, Glob namespace, Glob name) {

  /** Returns whether an object matches. */
  public boolean matches(ObjectRef object) {
    String itsKind = object.kind().name();
    return (kind.matches(itsKind) || kind.matches(itsKind + "." + object.kind().group()))
        && object.namespace().isEmpty() == namespace.pattern().isEmpty()
        && namespace.matches(object.namespace())
        && name.matches(object.name());
  }

  /** Returns {@code Kind/namespace/name}, or {@code Kind/name} for objects without a namespace. */
  @Override
  public String toString() {
    return namespace.pattern().isEmpty() ? kind + "/" + name : kind + "/" + namespace + "/" + name;
  }
}
