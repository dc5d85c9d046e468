package io.meshguard.resource;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.Positions;
import java.util.Optional;

/**
 * Where an object was read from: a file and the position of each of its nodes.
 *
 * @param file the file as the user named it, {@code -} for standard input, empty where the object
 *     did not come from a text
 * @param document number of the document in the file, counted from 0
 * @param base pointer of the object in its document; not empty for an item of a List
 * @param positions position of each node of the document: of its key where it has one
 */
public record Origin(String file, int document, JsonPointer base, Positions positions) {

  /** The origin of an object that came from no text. */
  public static final Origin NONE = new Origin("", 0, JsonPointer.empty(), Positions.NONE);

  /**
   * Returns the position of a place of the object, or of the nearest place above it that stands in
   * the text; empty where the object did not come from a text.
   */
  public Optional<Position> position(JsonPointer pointer) {
    return positions.isEmpty() ? Optional.empty() : positions.nearest(base.append(pointer));
  }
}
