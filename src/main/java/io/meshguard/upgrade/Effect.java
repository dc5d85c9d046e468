package io.meshguard.upgrade;

import io.meshguard.mesh.Version;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.List;

/**
 * An object that a change touches.
 *
 * @param change the change
 * @param since the first release that does it to this object: later than the change's own where an
 *     environment variable of istiod had put it off until it went away
 * @param object the object
 * @param places the places in it; at least one
 */
public record Effect(DefaultChange change, Version since, Resource object, List<Cursor> places) {

  public Effect {
    places = List.copyOf(places);
  }
}
