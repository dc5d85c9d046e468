package io.meshguard.policy;

import io.meshguard.yaml.Position;
import java.util.Optional;

/**
 * Where something of a policy stands.
 *
 * @param text the text that {@code position} counts in: {@code policy.yaml} for the value inside a
 *     ConfigMap, {@code data} for a toggle of a live ConfigMap, else the file as the user named it
 * @param position line and column there; empty where the text has none
 * @param file the file that holds the ConfigMap, where it came from one and {@code text} is the
 *     value inside
 */
public record SourceLocation(String text, Optional<Position> position, Optional<InFile> file) {

  /** Returns a place that is not inside another text. */
  static SourceLocation of(String text, Optional<Position> position) {
    return new SourceLocation(text, position, Optional.empty());
  }

  /** Returns the name and line, for a reader: {@code policy.yaml:12}; of the file where known. */
  public String line() {
    return file.map(f -> f.name() + ":" + f.position().line())
        .orElseGet(() -> text + position.map(p -> ":" + p.line()).orElse(""));
  }

  /**
   * Returns {@code policy.yaml:12:5}, or {@code cm.yaml:19:9 (policy.yaml:12:5)} where the text
   * stands in a file.
   */
  @Override
  public String toString() {
    String inText = text + position.map(SourceLocation::show).orElse("");
    return file.map(f -> f.name() + show(f.position()) + " (" + inText + ")").orElse(inText);
  }

  private static String show(Position position) {
    return ":" + position.line() + ":" + position.column();
  }

  /**
   * A place in the file around.
   *
   * @param name the file as the user named it
   * @param position line and column in it
   */
  public record InFile(String name, Position position) {}
}
