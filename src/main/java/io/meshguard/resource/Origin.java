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
 * @param kustomized whether kustomize reads the file before anybody else, which takes {@code yes},
 *     {@code on} and the like for text and writes them in quotes
 */
public record Origin(
    String file, int document, JsonPointer base, Positions positions, boolean kustomized) {

  /** The origin of an object that came from no text. */
  public static final Origin NONE = new Origin("", 0, JsonPointer.empty(), Positions.NONE, false);

  /** Returns the same of a file that goes by another name. */
  public Origin named(String name) {
    return new Origin(name, document, base, positions, kustomized);
  }

  /** Returns the same of a file that kustomize reads. */
  public Origin ofKustomize() {
    return new Origin(file, document, base, positions, true);
  }

  /**
   * Returns how a number or boolean of the object is written where that differs from its JSON, as
   * {@link Positions#written} says.
   */
  public Optional<String> written(JsonPointer pointer) {
    return positions.written(base.append(pointer));
  }

  /** Returns whether a place of the object itself stands in the text. */
  public boolean holds(JsonPointer pointer) {
    return positions.of(base.append(pointer)).isPresent();
  }

  /**
   * Returns the position of a place of the object, or of the nearest place above it that stands in
   * the text; empty where the object did not come from a text.
   */
  public Optional<Position> position(JsonPointer pointer) {
    return positions.isEmpty() ? Optional.empty() : positions.nearest(base.append(pointer));
  }
}
