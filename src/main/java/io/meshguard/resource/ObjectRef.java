package io.meshguard.resource;

/**
 * Names one object.
 *
 * @param apiVersion API version as written in the object
 * @param kind the kind
 * @param namespace its namespace, empty for a cluster-scoped object
 * @param name its name; may be empty while the API server has yet to generate it
 */
public record ObjectRef(String apiVersion, Kind kind, String namespace, String name) {

  /** Returns {@code Kind ns/name}, or {@code Kind name} for a cluster-scoped object. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? kind.name() + " " + name : kind.name() + " " + path();
  }

  /** Returns {@code ns/name}, or {@code name} for a cluster-scoped object. */
  public String path() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
