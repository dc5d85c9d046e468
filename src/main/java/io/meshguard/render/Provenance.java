package io.meshguard.render;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.resource.Origin;
import java.util.List;

/**
 * Where the fields of a rendered object come from besides the object's own origin.
 *
 * @param patches patches that set some of them, in the order in which they are applied
 * @param exact whether the object stands in its file as it was rendered, names and labels apart, so
 *     that what would be changed here may be changed there
 */
public record Provenance(List<Patch> patches, boolean exact) {

  /** What is known of nothing. */
  static final Provenance UNKNOWN = new Provenance(List.of(), false);

  public Provenance {
    patches = List.copyOf(patches);
  }

  /**
   * A patch.
   *
   * @param at what it sets: the root for one that is a part of the object
   * @param origin where it stands; its base is what is set
   * @param part the part of the object; missing for an operation
   */
  record Patch(JsonPointer at, Origin origin, JsonNode part) {

    /** Returns a patch that is a part of the object. */
    static Patch part(Origin origin, JsonNode part) {
      return new Patch(JsonPointer.empty(), origin, part);
    }

    /** Returns a patch that is an operation of RFC 6902. */
    static Patch operation(JsonPointer at, Origin origin) {
      return new Patch(at, origin, MissingNode.getInstance());
    }

    boolean sets(JsonPointer path) {
      if (!part.isMissingNode()) {
        return !part.at(path).isMissingNode();
      }
      String set = at.toString();
      String asked = path.toString();
      return asked.equals(set) || asked.startsWith(set + "/");
    }
  }

  /** Returns where a field is written down: in the last patch that sets it, else in its file. */
  public Origin of(JsonPointer path, Origin origin) {
    for (int i = patches.size() - 1; i >= 0; i--) {
      if (patches.get(i).sets(path)) {
        return patches.get(i).origin();
      }
    }
    return origin;
  }
}
