package io.meshguard.change;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.resource.Resource;

/**
 * A place of an object.
 *
 * @param object the object
 * @param pointer the place; empty for the whole object
 * @param before whether it is the object as it was, rather than as it is after the change
 */
public record Place(Resource object, JsonPointer pointer, boolean before) {

  /** Returns a name by which places are told apart. */
  String key() {
    return (before ? "-" : "+") + object.kind() + " " + object.ref().path() + " " + pointer;
  }
}
