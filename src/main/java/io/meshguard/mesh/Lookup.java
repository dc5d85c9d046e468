package io.meshguard.mesh;

import io.meshguard.resource.Resource;
import java.util.Optional;

/** The answer to "is there such an object?". Only {@link Absent} says that there is none. */
public sealed interface Lookup {

  /** The object exists. */
  record Found(Resource resource) implements Lookup {}

  /** The object does not exist: all objects of its kind and namespace are known. */
  record Absent() implements Lookup {}

  /** The object may or may not exist. */
  record Unknown() implements Lookup {}

  /** Returns the object if it was found. */
  default Optional<Resource> found() {
    return this instanceof Found found ? Optional.of(found.resource()) : Optional.empty();
  }

  /** Returns whether the object is known not to exist. */
  default boolean isAbsent() {
    return this instanceof Absent;
  }
}
