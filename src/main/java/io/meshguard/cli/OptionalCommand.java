package io.meshguard.cli;

/**
 * Adds a command that not every package of the program ships; found by {@link
 * java.util.ServiceLoader}.
 */
interface OptionalCommand {

  /** Returns the command, as picocli takes it. */
  Object command(Console console);
}
