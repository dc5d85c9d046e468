package io.meshguard.trace;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;

/**
 * A place in an object.
 *
 * @param object the object
 * @param pointer the place
 */
public record Place(Resource object, JsonPointer pointer) {

  /** Returns the place of an object as a whole. */
  public static Place of(Resource object) {
    return new Place(object, JsonPointer.empty());
  }

  /** Returns a place in an object. */
  public static Place of(Resource object, Cursor at) {
    return new Place(object, at.pointer());
  }
}
