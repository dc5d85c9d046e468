package io.meshguard.report;

import io.meshguard.yaml.Position;
import java.util.Optional;

/**
 * Something given that could not be read.
 *
 * @param file the file as the user named it
 * @param position the place in it, where there is one
 * @param message what is wrong
 */
public record InputError(String file, Optional<Position> position, String message) {

  /** Returns {@code file:line:column: message}. */
  @Override
  public String toString() {
    return FileLocation.of(file, position) + ": " + message;
  }
}
