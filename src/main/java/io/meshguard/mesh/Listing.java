package io.meshguard.mesh;

import io.meshguard.resource.Resource;
import java.util.List;

/**
 * Objects of one kind.
 *
 * @param items those that are known, in the order of namespace and name
 * @param complete whether there are no others; where false, nothing follows from an object's not
 *     being among them
 */
public record Listing(List<Resource> items, boolean complete) {

  /** Nothing known, and nothing known not to be. */
  public static final Listing UNKNOWN = new Listing(List.of(), false);

  public Listing {
    items = List.copyOf(items);
  }
}
